import * as z from "zod";
import type { Sink, SinkDeps } from "./sink.ts";
import { createZabbix, type ZabbixSettings, zabbixOptions } from "./zabbix.ts";

/** One entry under `sinks:`; `type` decides which options it takes. */
export const sinkOptions = z.discriminatedUnion("type", [zabbixOptions], {
	error: "is not one of the sink types zabbix",
});

/** The options of a sink with the files that they name read. */
export type SinkSettings = ZabbixSettings;

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
