import * as z from "zod";
import { type ZabbixSettings, zabbixOptions } from "./zabbix-options.ts";

/** One entry under `sinks:`; `type` decides which options it takes. Apart from the code, so that reading them loads none of it. */
export const sinkOptions = z.discriminatedUnion("type", [zabbixOptions], {
	error: "is not one of the sink types zabbix",
});

/** The options of a sink with the files that they name read. */
export type SinkSettings = ZabbixSettings;
