import { inspect } from "../store/inspect.ts";
import { critical, type Examination, ok, skipped, warning } from "./examination.ts";
import { statOf } from "./files.ts";
import { sizeText } from "./words.ts";

/** A larger file takes longer than anybody waits, bytes. */
const MOST_BYTES = 2e9;

const REPAIR =
	"Keep a copy, then move it aside: a daemon that runs begins a new one with the present state; without one, open incidents are forgotten.";

/** Has SQLite look through the whole file. Late, because everything else in the process waits meanwhile. */
export const integrityExamination = (path: string): Examination => ({
	name: "integrity",
	isLate: true,
	examine() {
		const size = statOf(path)?.size;
		if (size === undefined) return [skipped("no database yet")];
		if (size > MOST_BYTES) {
			const by = `sqlite3 -readonly ${path} "PRAGMA quick_check"`;
			return [skipped(`${sizeText(size)} are too many to look through here: ${by}`)];
		}
		try {
			const wrong = inspect(path, (store) => store.quickCheck());
			return wrong.length === 0
				? [ok("SQLite finds nothing wrong")]
				: [critical(`damaged: ${wrong.join("; ")}`, REPAIR)];
		} catch (error) {
			const words = (error as Error).message;
			if (/malformed|not a database|corrupt/i.test(words)) return [critical(`damaged: ${words}`, REPAIR)];
			if (/another version/.test(words)) {
				const todo = `Use the version that wrote it, or move ${path} aside: open incidents are then forgotten.`;
				return [critical(`nothing is remembered, for this dss-probe works without it: ${words}`, todo)];
			}
			const todo = "Examine as the user of dss-probe.";
			return [warning(`it cannot be read: ${words}`, todo)];
		}
	},
});
