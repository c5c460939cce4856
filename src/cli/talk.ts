import { statSync } from "node:fs";
import { userInfo } from "node:os";
import { systemClock } from "../clock.ts";
import type { Config } from "../config/alerts.ts";
import { askDaemon } from "../control/client.ts";
import { socketPath } from "../control/socket.ts";
import type { Answer, Refusal } from "../model/desk.ts";
import { redactor } from "../model/secret.ts";
import { oneLine } from "../notify/words.ts";
import { surroundings } from "./around.ts";
import { EXIT, UserError } from "./exit.ts";
import type { Io } from "./io.ts";

/** A daemon that is busy, or a run that works on the store, is waited for this long, ms. */
const PATIENCE_MS = 5_000;
const AGAIN_MS = 200;

/** A wish that was not carried out. */
export class RefusedError extends UserError {
	readonly code: Refusal;

	constructor(code: Refusal, message: string) {
		super(message, code === "invalid" ? EXIT.usage : EXIT.warning);
		this.code = code;
	}
}

/** What a wish came to. */
export interface Told<T> {
	readonly value: T;
	/** Whether a daemon acted on it; otherwise the next run will. */
	readonly byDaemon: boolean;
}

/**
 * Has a wish carried out: by the daemon that runs, or, where none does, in the store itself, for the next run.
 *
 * @param path what is wished, as the control socket names it
 * @throws UserError with the reason where it was refused
 */
export async function talk<T>(config: Config, path: string, body: object, io: Io): Promise<Told<T>> {
	const socket = socketPath(config.store.path);
	const redact = redactor(config.secrets);
	const around = surroundings(io, "warn", () => redact);
	const uid = process.getuid?.();
	const end = systemClock.monotonic() + PATIENCE_MS;
	for (;;) {
		if (socket !== undefined) {
			const asked = await askDaemon({ socket, path }, body, { clock: systemClock, uid, timeoutMs: PATIENCE_MS });
			if (asked.result === "failed") throw new UserError(`dss-probe: ${asked.why}`, EXIT.unavailable);
			if (asked.result === "answered") return taken(asked.body as Answer<T>, true, io);
		}
		requireOwner(config.store.path, uid);
		// Only who has to do it alone loads what the daemon has loaded already.
		const [{ atDeferredDesk }, { controlRoutes }] = await Promise.all([
			import("../app/deferred-desk.ts"),
			import("../control/routes.ts"),
		]);
		const answer = atDeferredDesk(config, around, (desk) => {
			const respond = controlRoutes(desk).get(path);
			if (!respond) throw new Error(`nobody answers ${path}`);
			return respond(body);
		});
		if (answer) return taken(answer as Answer<T>, false, io);
		if (systemClock.monotonic() > end) {
			const text = `another dss-probe works on ${config.store.path} and cannot be talked to: a single run, or a daemon that starts, stops or has no socket (its log says why). Try again in a moment.`;
			throw new UserError(text, EXIT.unavailable);
		}
		await systemClock.sleep(AGAIN_MS);
	}
}

function taken<T>(answer: Answer<T>, byDaemon: boolean, io: Io): Told<T> {
	if (!answer.ok) {
		throw new RefusedError(answer.code, `refused: ${oneLine(String(answer.text))}`);
	}
	for (const warning of answer.warnings) io.terminal.err(`warning: ${oneLine(warning)}`);
	return { value: answer.value, byDaemon };
}

/** What root or a colleague leaves in the store, the daemon could not write any more. */
function requireOwner(store: string, uid: number | undefined): void {
	const found = ownerOf(store);
	if (uid === undefined || !found || found.uid === uid) return;
	throw new UserError(`${store} belongs to another user (${found.uid}): run this as that user`, EXIT.unavailable);
}

function ownerOf(store: string): { readonly uid: number } | undefined {
	try {
		return statSync(store, { throwIfNoEntry: false });
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		throw new UserError(`${store} cannot be reached (${code}): run this as the user who owns it`, EXIT.unavailable);
	}
}

/** Who types: the name of the login. */
export function loginName(): string {
	try {
		return userInfo().username;
	} catch {
		// A container may run as a user that has no name.
		return `user ${process.getuid?.() ?? "unknown"}`;
	}
}

/** A closing line for a wish that no daemon has seen yet. */
export function whenItHolds({ byDaemon }: Told<unknown>): string {
	return byDaemon ? "" : "No daemon runs on this store: the next run acts on it.";
}
