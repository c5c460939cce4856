import type { AlertSnapshot, Notification } from "../model/notification.ts";
import { fill, type Template } from "./template.ts";
import { alertsOf, type ScopeOf, scopesOf } from "./template-scope.ts";

/** One request of a message. */
export interface BodyRequest {
	/** Unlike all others of the message, and the same on every try. */
	readonly name: string;
	/** To be added to the path of the channel's address; may hold a query. */
	readonly path: string;
	/** JSON. */
	readonly body: string;
}

/**
 * Makes the requests of a message from a template. Where its alerts do not fit into one body they are spread over several,
 * or the least important ones are left out and counted, as the template wants it.
 *
 * @param withValues what the channel gives under `with:`, in clear
 */
export function requestsOf(
	notification: Notification,
	template: Template,
	withValues: Readonly<Record<string, string>>,
): readonly BodyRequest[] {
	const alerts = alertsOf(notification);
	const scopeOf = scopesOf(notification, withValues);
	const { beyond } = template.alerts;
	for (let most = Math.min(template.alerts.most, alerts.length); ; most = Math.ceil(most / 2)) {
		const requests =
			beyond === "cut"
				? [requestOf("0", template, scopeOf, alerts.slice(0, most), alerts.slice(most))]
				: chunked(alerts, most).map((chunk, index) => requestOf(String(index), template, scopeOf, chunk));
		const fits = requests.every(({ body }) => Buffer.byteLength(body) <= template.max_bytes);
		if (fits || most <= 1) return requests;
	}
}

function requestOf(
	name: string,
	template: Template,
	scopeOf: ScopeOf,
	shown: readonly AlertSnapshot[],
	leftOut: readonly AlertSnapshot[] = [],
): BodyRequest {
	const scope = scopeOf(shown, leftOut);
	const encoded = (text: string) => encodeURIComponent(text.toWellFormed());
	const path = template.path === undefined ? undefined : fill(template.path, scope, encoded);
	const body = JSON.stringify(fill(template.body, scope) ?? null);
	return { name, path: typeof path === "string" ? path : "", body };
}

function chunked(alerts: readonly AlertSnapshot[], most: number): readonly (readonly AlertSnapshot[])[] {
	const size = Math.max(1, most);
	return Array.from({ length: Math.ceil(alerts.length / size) }, (_, index) =>
		alerts.slice(index * size, (index + 1) * size),
	);
}
