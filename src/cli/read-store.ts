import { existsSync } from "node:fs";
import type { Reader } from "../store/read.ts";
import { openReader } from "../store/sqlite.ts";
import { EXIT, UserError } from "./exit.ts";

/**
 * Reads from the store without changing it, whether or not a daemon runs.
 *
 * @throws UserError where there is nothing to read
 */
export async function readStore<T>(path: string, what: (store: Reader) => T | Promise<T>): Promise<T> {
	if (!existsSync(path)) throw new UserError(`there is no store ${path}: nothing was watched yet`, EXIT.unavailable);
	let reader: ReturnType<typeof openReader> | undefined;
	try {
		reader = openReader(path);
		return await what(reader);
	} catch (error) {
		// What a verb refuses by itself is no fault of the store's.
		if (error instanceof UserError) throw error;
		throw new UserError(`the store ${path} cannot be read: ${(error as Error).message}`, EXIT.unavailable);
	} finally {
		reader?.close();
	}
}
