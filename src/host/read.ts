import { readFile } from "node:fs/promises";

/** What came of reading a file: its text, or why not. */
export type TextRead =
	| { readonly ok: true; readonly text: string }
	| { readonly ok: false; readonly code: string; readonly reason: string };

const REASONS: Readonly<Record<string, string>> = {
	ENOENT: "there is no such file or folder",
	EACCES: "permission denied",
	EPERM: "permission denied",
	EISDIR: "it is a folder",
	ENOTDIR: "it is no folder",
	ESTALE: "the file system is stale: its server forgot it",
	ENOTCONN: "the file system is not connected",
	EIO: "the disk answers with an error (input/output error)",
	EHOSTDOWN: "the server of the file system is down",
	ETIMEDOUT: "the server of the file system does not answer",
};

/** The code of a system error, such as ENOENT; UNKNOWN for anything else. */
export function codeOf(error: unknown): string {
	return (error as NodeJS.ErrnoException | null)?.code ?? "UNKNOWN";
}

/** A system error in words. */
export function reasonOf(error: unknown): string {
	return REASONS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
}

/** Whether an error says that we may not look, and not that there is nothing. */
export function isForbidden(code: string): boolean {
	return code === "EACCES" || code === "EPERM";
}

/** Reads a small file of text. Never throws: files under /proc vanish at any moment. */
export async function readText(path: string): Promise<TextRead> {
	try {
		return { ok: true, text: await readFile(path, "utf8") };
	} catch (error) {
		return { ok: false, code: codeOf(error), reason: reasonOf(error) };
	}
}
