/** Where to listen, as node:net wants it. */
export interface Address {
	readonly host: string;
	readonly port: number;
}

/**
 * Takes `127.0.0.1:8600`, `[::1]:8600`, `probe.example:8600` or `*:8600` (all addresses of the machine) apart.
 *
 * @returns undefined where the text is none of them or the port is above 65535
 */
export function parseAddress(text: string): Address | undefined {
	const [, bracketed, plain, digits] = /^(?:\[([0-9a-f:.]+)\]|([^:\s[\]/]+)):(\d{1,5})$/i.exec(text) ?? [];
	const host = bracketed ?? plain;
	const port = Number(digits);
	return host === undefined || port > 65_535 ? undefined : { host: host === "*" ? "::" : host, port };
}

/** The address of a listening server as a link; a server on all addresses is shown as localhost. */
export function urlOf({ host, port }: Address): string {
	const shown = host === "::" || host === "0.0.0.0" ? "localhost" : host.includes(":") ? `[${host}]` : host;
	return `http://${shown}:${port}`;
}
