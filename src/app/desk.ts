import { createHash } from "node:crypto";
import { type Clock, isoTime } from "../clock.ts";
import type { Config } from "../config/alerts.ts";
import { isOpen } from "../model/alert.ts";
import type { Answer, Desk, Refusal } from "../model/desk.ts";
import { formatDuration } from "../model/duration.ts";
import type { Redact } from "../model/secret.ts";
import { isInForce, type Silence } from "../model/silence.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Change, OutboxEntry, Store } from "../store/store.ts";
import { coveredBy, whyNothing } from "./covers.ts";
import { replayOf } from "./replay.ts";

/** Whoever wants quiet for longer wants another route, or another check. */
const LONGEST_MS = 30 * 86_400_000;
/** Newest messages among which dead letters are looked for. */
const MOST_MESSAGES = 20_000;
/** Without vowels, so that no words come about, and without signs that look alike. */
const SIGNS = "bcdfghjkmnpqrstvwxz23456789";
const ID_SIGNS = 4;

export interface DeskDeps {
	readonly clock: Clock;
	readonly ledger: Ledger;
	readonly pipeline: Pick<Pipeline, "silence" | "acknowledge">;
	readonly config: () => Config;
	/** Words of people may hold what must not be kept. */
	readonly redact: () => Redact;
	/** Keeps a change in memory and on disk, after all that was decided before. */
	readonly remember: (change: Change) => void;
	readonly read: <T>(what: (store: Store) => T) => T | undefined;
	/** Takes messages over for delivery. */
	readonly accept: (entries: readonly OutboxEntry[]) => void;
	/** What is wrong with the database, if anything is. */
	readonly fault: () => string | undefined;
}

/** Builds the place where people's wishes are carried out: checked, kept and acted on at once. */
export function createDesk(deps: DeskDeps): Desk {
	const { clock, ledger, pipeline, config } = deps;

	const done = <T>(value: T, ...warnings: string[]): Answer<T> => {
		// Nobody is told that it is kept before it is.
		deps.remember({});
		const fault = deps.fault();
		const unkept = fault === undefined ? [] : [`the store does not work, so this holds until dss-probe ends: ${fault}`];
		return { ok: true, value, warnings: [...warnings, ...unkept] };
	};

	const clean = ({ author, comment }: { readonly author: string; readonly comment: string }) => {
		const redact = deps.redact();
		return { author: redact(author), comment: redact(comment) };
	};

	return {
		silence({ match, for: forMs, until: given, force, ...by }) {
			const { author, comment } = clean(by);
			const now = clock.now();
			const until = given ?? now + (forMs ?? 0);
			if (until <= now) return refuse("invalid", `a silence ends in the future, not at ${isoTime(until)}`);
			if (until > now + LONGEST_MS) {
				const longest = formatDuration(LONGEST_MS);
				const asked = formatDuration(until - now);
				const text = `a silence lasts ${longest} at most, and this one would last ${asked}: what shall be quiet for longer needs a route with to: [], or no check`;
				return refuse("invalid", text);
			}
			const covers = coveredBy(match, config());
			const nothing = covers.length === 0 ? whyNothing(match, config()) : undefined;
			if (nothing !== undefined && !force) return refuse("pointless", `it would silence nothing: ${nothing}`);
			const made = { match, from: now, until, author, comment, createdAt: now };
			const silence: Silence = { id: newId(made, ledger), ...made };
			pipeline.silence(silence);
			return done({ silence, covers }, ...(nothing === undefined ? [] : [`it silences nothing now: ${nothing}`]));
		},
		endSilence(id) {
			const silence = ledger.silences().find((one) => one.id === id);
			if (!silence) return refuse("missing", `there is no silence ${id}`);
			const now = clock.now();
			if (!isInForce(silence, now)) {
				const over = Math.min(silence.until, silence.endedAt ?? silence.until);
				return refuse("conflict", `silence ${id} has been over since ${isoTime(over)}`);
			}
			const ended: Silence = { ...silence, endedAt: now };
			pipeline.silence(ended);
			return done(ended);
		},
		acknowledge({ instance, check, ...by }) {
			const { author, comment } = clean(by);
			const key = `${instance}/${check}`;
			const isWatched = coveredBy({ instance, check }, config()).includes(key);
			const state = ledger.alert(key)?.state;
			if (!isWatched) return refuse("missing", whyNothing({ instance, check }, config()));
			if (!state || !isOpen(state) || !pipeline.acknowledge(key, author, comment)) {
				return refuse("conflict", `no incident of ${key} is open: it is ${state?.phase ?? "new"}`);
			}
			return done({ key, incident: state.incident });
		},
		replay({ id, all, author }) {
			const rows = deps.read((store) => store.outbox(MOST_MESSAGES));
			if (!rows) return refuse("conflict", `the store cannot be read: ${deps.fault() ?? "unknown"}`);
			const known = rows.find(({ notification }) => notification.id === id);
			if (!all && !known) return refuse("missing", `there is no message ${id}`);
			if (known && known.ending?.result !== "dead") {
				return refuse("conflict", `message ${id} is no dead letter: it ${known.ending ? "was sent" : "waits"}`);
			}
			const isChannel = (name: string) => config().channels.has(name);
			const around = { ledger, isChannel, author, now: clock.now() };
			const { replayed, change, entries } = replayOf(rows, (one) => all || one === id, around);
			deps.remember(change);
			deps.accept(entries);
			return done(replayed);
		},
	};
}

function refuse(code: Refusal, text: string): Answer<never> {
	return { ok: false, code, text };
}

/** Short enough to be typed; another one where it is taken. */
function newId(made: Omit<Silence, "id">, ledger: Ledger): string {
	const taken = new Set(ledger.silences().map(({ id }) => id));
	for (let turn = 0; ; turn++) {
		const bytes = createHash("sha256")
			.update(JSON.stringify([made, turn]))
			.digest();
		const id = [...bytes.subarray(0, ID_SIGNS)].map((byte) => SIGNS[byte % SIGNS.length]).join("");
		if (!taken.has(id)) return id;
	}
}
