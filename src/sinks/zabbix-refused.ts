import type { Refusal } from "./sink.ts";
import type { TrapperValue } from "./zabbix-protocol.ts";

/** What came of a request: how many of its values failed, or why there was no answer. */
export type Asked = { readonly failed: number } | { readonly error: string };

/** An item that was created a moment ago is refused until the server has read it: it is asked again after this, ms. */
const GRACE_MS = 3_000;
/** Looking for what is refused happens no more often than this, ms, and costs at most so many requests each time. */
const EXAMINE_EVERY_MS = 300_000;
const MOST_REQUESTS = 64;
/** It is written to the log again after this, ms. */
const TELL_AGAIN_MS = 3_600_000;
/** Names that are remembered. */
const MOST = 500;

/** Which items Zabbix refuses. It only ever says how many, so the answer is searched for. */
export interface Refused {
	/** Whether an item is known to be refused: its values travel apart, so that news shows among the others. */
	has(value: TrapperValue): boolean;
	/** Some of these values were refused, and it is not known which. */
	suspect(values: readonly TrapperValue[], now: number): void;
	/** When it is to be searched for next; undefined where nothing is suspected. */
	dueAt(): number | undefined;
	/**
	 * Finds the items that are refused among the suspects: halves of them are asked again, with their newest values.
	 *
	 * @returns what is refused and was not said in the last hour; an error where the receiver went away meanwhile
	 */
	examine(ask: (values: readonly TrapperValue[]) => Promise<Asked>, now: number): Promise<Examined>;
	/** These are taken again. @returns their names */
	accept(values: readonly TrapperValue[]): readonly string[];
	list(): readonly Refusal[];
}

type Examined = { readonly found: readonly string[] } | { readonly error: string };

/** As people read it, and as one thing is told from another. */
const nameOf = ({ host, key }: TrapperValue) => `${key} of host ${host}`;

export function createRefused(): Refused {
	const refused = new Map<string, number>();
	const suspects = new Map<string, TrapperValue>();
	const toldAt = new Map<string, number>();
	let examinedAt: number | undefined;
	let due: number | undefined;

	const refuse = (value: TrapperValue, now: number): void => {
		const name = nameOf(value);
		if (refused.size < MOST && !refused.has(name)) refused.set(name, now);
	};

	return {
		has: (value) => refused.has(nameOf(value)),
		suspect(values, now) {
			for (const value of values) {
				const name = nameOf(value);
				if (suspects.size < MOST || suspects.has(name)) suspects.set(name, value);
			}
			const next = examinedAt === undefined ? 0 : examinedAt + EXAMINE_EVERY_MS;
			due ??= Math.max(now + GRACE_MS, next);
		},
		dueAt: () => due,
		async examine(ask, now) {
			let requests = 0;
			let error: string | undefined;
			/**
			 * @param known how many of the values fail, where that follows from what is known
			 * @returns how many fail; undefined where nobody was asked any more
			 */
			const search = async (values: readonly TrapperValue[], known?: number): Promise<number | undefined> => {
				const failed = known ?? (await count(values));
				if (failed === undefined || failed <= 0) return failed;
				if (failed >= values.length) {
					for (const value of values) refuse(value, now);
					return failed;
				}
				const middle = values.length >> 1;
				const first = await search(values.slice(0, middle));
				// What the first half did not refuse, the second did.
				if (first !== undefined) await search(values.slice(middle), failed - first);
				return failed;
			};
			const count = async (values: readonly TrapperValue[]): Promise<number | undefined> => {
				if (error !== undefined || requests >= MOST_REQUESTS) return undefined;
				requests++;
				const asked = await ask(values);
				if ("failed" in asked) return asked.failed;
				error = asked.error;
				return undefined;
			};
			const before = new Set(refused.keys());
			const values = [...suspects.values()];
			await search(values);
			if (error !== undefined) return { error };
			suspects.clear();
			examinedAt = now;
			due = undefined;
			const found = [...refused.keys()].filter((name) => {
				const told = toldAt.get(name);
				return !before.has(name) && (told === undefined || now - told >= TELL_AGAIN_MS);
			});
			for (const name of found) toldAt.set(name, now);
			for (const name of toldAt.keys()) {
				if (toldAt.size <= MOST) break;
				toldAt.delete(name);
			}
			return { found };
		},
		accept: (values) => [...new Set(values.map(nameOf))].filter((name) => refused.delete(name)),
		list: () => [...refused].map(([what, since]) => ({ what, since })),
	};
}
