import { isAtLeast } from "../dss/version.ts";

/** A failure that the API answers with a status and a JSON body. Thrown by whatever finds it, written in one place. */
export class DssError extends Error {
	override readonly name = "DssError";
	readonly status: number;
	/** The Java class name that the real server sends. */
	readonly errorType: string;
	/** A documented error code such as ERR_MISC_ENOSPC. */
	readonly code: string | undefined;

	constructor(status: number, errorType: string, message: string, code?: string) {
		super(message);
		this.status = status;
		this.errorType = errorType;
		this.code = code;
	}
}

export const notAuthenticated = (message: string) =>
	new DssError(401, "com.dataiku.dip.exceptions.NotAuthenticatedException", message);

export const unauthorized = (message: string) =>
	new DssError(403, "com.dataiku.dip.exceptions.UnauthorizedException", message);

export const notFound = (message: string) => new DssError(404, "com.dataiku.dip.exceptions.NotFoundException", message);

/** What DSS says to a value it cannot use: 500, not 400. */
export const illegalArgument = (message: string) =>
	new DssError(500, "com.dataiku.dip.exceptions.DSSIllegalArgumentException", message);

export const coded = (code: string, message: string) =>
	new DssError(500, "com.dataiku.dip.exceptions.CodedException", message, code);

/** The JSON body of an error. `detailedMessage` came with DSS 12.5. */
export function errorBody(error: DssError, version: string): Record<string, unknown> {
	return {
		errorType: error.errorType,
		...(error.code === undefined
			? {}
			: { code: error.code, title: error.message, fixability: "ADMIN_TROUBLESHOOTING" }),
		message: error.message,
		...(isAtLeast(version, "12.5")
			? { detailedMessage: error.message, detailedMessageHTML: `<span>${escapeText(error.message)}</span>` }
			: {}),
		stackTraceStr: `${error.errorType}: ${error.message}\n\tat com.dataiku.simulator.Simulated.call(Simulated.java:1)`,
	};
}

function escapeText(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
