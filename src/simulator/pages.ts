/** Pages that are not JSON: what a web server, a proxy or a browser front end in front of the API says. */

const REASONS: Readonly<Record<number, string>> = {
	404: "Not Found",
	502: "Bad Gateway",
	503: "Service Unavailable",
	504: "Gateway Time-out",
};

/** nginx's own page for a status. */
export function nginxPage(status: number): string {
	const title = `${status} ${REASONS[status] ?? "Error"}`;
	return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
}

/** The static page that boots the web UI: nginx serves it whether or not the backend lives. */
export const UI_PAGE =
	'<!doctype html>\n<html><head><meta charset="utf-8"><title>Dataiku</title></head><body><div id="app">Loading…</div></body></html>\n';

/** A sign-in page of a proxy, sent with status 200 where JSON is expected. */
export const LOGIN_PAGE =
	'<!doctype html>\n<html><head><meta charset="utf-8"><title>Sign in</title></head><body><h1>Sign in</h1><form method="post" action="/login"><input name="user"><input name="password" type="password"><button>Sign in</button></form></body></html>\n';

/** What the backend's servlet container says about an address it does not know. */
export const UNKNOWN_ROUTE_PAGE =
	"<html><head><title>Error 404 Not Found</title></head><body><h2>HTTP ERROR 404 Not Found</h2></body></html>\n";
