import type { IncomingMessage } from "node:http";

/** The prefix under which this program keeps the API; the official client's `/dip/publicapi` is the same API. */
export const API_PREFIX = "/public/api";
export const CONTROL_PREFIX = "/_simulator";

/** Squeezes repeated slashes of the path and turns the client's prefix into the documented one. The query stays. */
export function plainAddress(url: string): string {
	const mark = url.indexOf("?");
	const [path, query] = mark < 0 ? [url, ""] : [url.slice(0, mark), url.slice(mark)];
	const squeezed = path.replaceAll(/\/{2,}/g, "/");
	return squeezed.replace(/^\/dip\/publicapi(?=\/|$)/, API_PREFIX) + query;
}

export const pathOf = (url: string): string => url.split("?", 1)[0] ?? url;

const isUnder = (path: string, prefix: string) => path === prefix || path.startsWith(`${prefix}/`);

export const isApi = (path: string): boolean => isUnder(path, API_PREFIX);

export const isControl = (path: string): boolean => isUnder(path, CONTROL_PREFIX);

export const asksControl = (request: IncomingMessage): boolean => isControl(pathOf(plainAddress(request.url ?? "/")));
