import type { AlertView } from "../dispatch/view.ts";
import type { Values } from "../model/sample.ts";
import { type InstanceMemory, noticeRestart } from "../state/restart.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Change } from "../store/store.ts";

/** What is known of the instances as such, beyond their checks. Remembered as notes, so that a restart of ours is none of theirs. */
export interface Instances {
	/** Looks at a sample's values; answers what is to be stored, and news for people. */
	observe(name: string, values: Values, now: number): { readonly change: Change; readonly note?: string } | undefined;
	graceOf(name: string): Pick<AlertView, "grace">;
}

export function createInstances(ledger: Pick<Ledger, "note">): Instances {
	const memories = new Map<string, InstanceMemory | undefined>();

	const recall = (name: string): InstanceMemory | undefined => {
		if (!memories.has(name)) {
			const kept = ledger.note(noteKey(name));
			memories.set(name, kept === undefined ? undefined : (JSON.parse(kept) as InstanceMemory));
		}
		return memories.get(name);
	};

	return {
		observe(name, values, now) {
			const notice = noticeRestart(recall(name), name, values, now);
			if (!notice) return undefined;
			memories.set(name, notice.memory);
			const change: Change = { notes: [{ key: noteKey(name), value: JSON.stringify(notice.memory) }] };
			return { change, ...(notice.note !== undefined && { note: notice.note }) };
		},
		graceOf(name) {
			const grace = recall(name)?.grace;
			return grace ? { grace } : {};
		},
	};
}

function noteKey(name: string): string {
	return `instance ${name}`;
}
