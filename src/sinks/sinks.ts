import type { SinkSettings } from "./options.ts";
import type { Sink, SinkDeps } from "./sink.ts";
import { createZabbix } from "./zabbix.ts";

/**
 * Builds a sink from its options. It opens its connections when there is something to send.
 *
 * @param name the sink's name in `sinks:`
 */
export function createSink(name: string, options: SinkSettings, deps: SinkDeps): Sink {
	switch (options.type) {
		case "zabbix":
			return createZabbix(name, options, deps);
	}
}
