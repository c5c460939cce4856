import type { Disposition } from "../model/notification.ts";
import type { Store } from "../store/store.ts";

/** A store that forgets everything but threads, and tells what became of each transition. */
export function forgetfulStore(onDisposition: (disposition: Disposition) => void): Store {
	const threads = new Map<string, string>();
	return {
		load: () => ({ alerts: [], told: [], outbox: [], notes: new Map() }),
		commit(...changes) {
			for (const { notifications = [], dispositions = [] } of changes) {
				for (const { channel, id, alerts } of notifications) {
					for (const { incident } of alerts) {
						const thread = `${channel}\0${incident}`;
						if (!threads.has(thread)) threads.set(thread, id);
					}
				}
				for (const one of dispositions) onDisposition(one);
			}
		},
		keep() {},
		samples: () => [],
		samplesWithin: () => [],
		transitions: () => [],
		dispositions: () => [],
		outbox: () => [],
		message: () => undefined,
		threadOf: (channel, incident) => threads.get(`${channel}\0${incident}`),
		prune: () => [],
		verify() {},
		close() {},
	};
}
