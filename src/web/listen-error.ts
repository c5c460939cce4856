/** The port of the page cannot be had: nothing that is wrong with dss-probe. */
export class ListenError extends Error {
	constructor(message: string, cause: unknown) {
		super(message, { cause });
	}
}
