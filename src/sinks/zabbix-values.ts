import type { CheckReport } from "../model/report.ts";
import { LEVEL_CODE } from "../model/verdict.ts";
import type { Sized } from "./queue.ts";
import type { TrapperValue } from "./zabbix-protocol.ts";

/** A value that waits for Zabbix. */
export type WaitingValue = TrapperValue & Sized;

/** What a value needs beside its texts: its name, times and punctuation in the request and in memory. */
const OVERHEAD = 120;

export function waiting(value: TrapperValue): WaitingValue {
	const { host, key, value: text } = value;
	return { ...value, bytes: Buffer.byteLength(text) + host.length + key.length + OVERHEAD };
}

/** One item for each thing that is known of a check: its verdict, cause, words and duration, and every measured value. */
export function checkValues(host: string, report: CheckReport): readonly TrapperValue[] {
	const { check, level, cause, summary, failed, durationMs, values, sampledAt: at } = report;
	const one = (key: string, value: string | number) => ({ host, key, value: String(value), at });
	const measured = Object.entries(values).flatMap(([name, value]) => {
		if (typeof value === "number" && !Number.isFinite(value)) return [];
		return [one(`dss.check.value[${check},${name}]`, typeof value === "boolean" ? Number(value) : value)];
	});
	return [
		one(`dss.check.verdict[${check}]`, LEVEL_CODE[level]),
		one(`dss.check.cause[${check}]`, cause?.code ?? ""),
		one(`dss.check.cause_text[${check}]`, cause?.text ?? ""),
		one(`dss.check.summary[${check}]`, [summary, ...failed].join("; ")),
		...(durationMs === undefined ? [] : [one(`dss.check.duration[${check}]`, durationMs / 1_000)]),
		...measured,
	];
}
