/**
 * What an error of the database means for what comes next:
 * - `busy`: another process works on it; the open connection stays good
 * - `full`: no space left; the open connection stays good
 * - `damaged`: the file is no database, or not a whole one
 * - `rejected`: the data itself cannot be written, now or later: a mistake of the program
 * - `other`: opening the file anew may help (it was read-only, the disk failed)
 */
export type ErrorKind = "busy" | "full" | "damaged" | "rejected" | "other";

/** SQLite's primary result codes (sqlite.org/rescode.html); the extended ones carry them in their lowest byte. */
const KINDS: Readonly<Record<number, ErrorKind>> = {
	5: "busy", // SQLITE_BUSY
	6: "busy", // SQLITE_LOCKED
	11: "damaged", // SQLITE_CORRUPT
	13: "full", // SQLITE_FULL
	18: "rejected", // SQLITE_TOOBIG
	19: "rejected", // SQLITE_CONSTRAINT
	20: "rejected", // SQLITE_MISMATCH
	25: "rejected", // SQLITE_RANGE
	26: "damaged", // SQLITE_NOTADB
};

/** Sorts an error that the store has thrown; what did not come from SQLite came from the data. */
export function errorKind(error: unknown): ErrorKind {
	if (!(error instanceof Error)) return "rejected";
	if ("errcode" in error) return KINDS[Number(error.errcode) & 0xff] ?? "other";
	// Said of a connection that was closed meanwhile.
	if ("code" in error && error.code === "ERR_INVALID_STATE") return "other";
	return "rejected";
}
