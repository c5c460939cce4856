// Commits one note after the other and prints the number of each when its commit has returned.
import { writeSync } from "node:fs";
import { openSqlite } from "../../../src/store/sqlite.ts";

const [path = "", first = "0"] = process.argv.slice(2);
const store = openSqlite(path);
for (let number = Number(first); ; number++) {
	store.commit({ notes: [{ key: `${number}`, value: "x".repeat(200) }] });
	writeSync(1, `${number}\n`);
}
