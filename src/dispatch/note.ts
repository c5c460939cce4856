import { createHash } from "node:crypto";
import type { Notification } from "../model/notification.ts";
import type { Labels } from "./matcher.ts";
import type { RouteOptions } from "./route.ts";
import { targetsFor } from "./targets.ts";

/** The severity by which routes know a note. */
const NOTE_SEVERITY = "info";

/**
 * The messages that tell a piece of news about an instance, such as an upgrade: no alert stands behind it, and nothing is
 * owed later.
 *
 * @param labels of the instance; routes see them with `instance`, and with `severity: info`
 */
export function noteMessages(
	routes: readonly RouteOptions[],
	instance: string,
	labels: Labels,
	note: string,
	now: number,
): readonly Notification[] {
	const seen = { ...labels, instance, severity: NOTE_SEVERITY };
	return targetsFor(routes, seen)
		.filter(({ afterMs }) => afterMs === 0)
		.map(({ channel }) => ({
			id: createHash("sha256").update([channel, instance, note, now].join("\0")).digest("hex").slice(0, 24),
			type: "instance.changed" as const,
			channel,
			group: "",
			severity: NOTE_SEVERITY,
			alerts: [],
			note,
			reason: "a restart or upgrade was noticed",
			createdAt: now,
			dueAt: now,
		}));
}
