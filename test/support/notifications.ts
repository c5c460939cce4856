import { type CauseCode, cause } from "../../src/model/cause.ts";
import type { AlertSnapshot, Notification } from "../../src/model/notification.ts";
import { MONDAY_MORNING } from "./clock.ts";

/** An alert as messages show it: the DSS backend of `design` is down since 08:00, unless said otherwise. */
export function snapshot(
	given: Partial<Omit<AlertSnapshot, "cause">> & {
		readonly blame?: CauseCode;
		readonly cause?: AlertSnapshot["cause"];
	} = {},
): AlertSnapshot {
	const { blame = "backend_down", ...rest } = given;
	const instance = rest.instance ?? "design";
	const check = rest.check ?? "get-configuration";
	return {
		key: `${instance}/${check}`,
		incident: `inc-${instance}-${check}`,
		instance,
		check,
		about: "The DSS backend answers the endpoint that boots the web UI.",
		level: "critical",
		state: "firing",
		cause: cause(blame),
		summary: "HTTP 502 in 12 ms",
		failed: ["status == 200 (502)"],
		since: MONDAY_MORNING,
		labels: { instance, check, severity: "critical", env: "prod" },
		values: { status: 502, latency: 0.0123 },
		units: { latency: "s" },
		runbook: "https://wiki.example/dss/backend-down",
		url: "https://design.example:11200",
		...rest,
	};
}

/** A notification due two minutes after its alert began. */
export function notification(given: Partial<Notification> = {}): Notification {
	const at = MONDAY_MORNING + 120_000;
	return {
		id: "01JX-firing.1",
		type: "alert.firing",
		channel: "ops",
		group: "",
		severity: "critical",
		alerts: [snapshot()],
		reason: "fired",
		createdAt: at,
		dueAt: at,
		...given,
	};
}
