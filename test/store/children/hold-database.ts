// Keeps a write transaction open on a database, until it is told to end it.
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";

const [path = "", mode = "normal"] = process.argv.slice(2);
const db = new DatabaseSync(path);
// In exclusive mode nobody else can even read.
db.exec(`PRAGMA locking_mode = ${mode}`);
// Something in the log, so that the file alone does not hold everything.
if (mode === "exclusive") db.exec("CREATE TABLE held (x); DROP TABLE held");
db.exec("BEGIN EXCLUSIVE");
process.stdout.write("held\n");
for await (const _ of createInterface({ input: process.stdin })) {
	db.exec("COMMIT");
	db.close();
	process.stdout.write("released\n");
}
