// Opens a database at a given moment, so that several do it at once, and writes one note.
import { openSqlite } from "../../../src/store/sqlite.ts";

const [path = "", moment = "0"] = process.argv.slice(2);
while (Date.now() < Number(moment)) {
	// Waits without giving the processor away, for the sake of the moment.
}
try {
	const store = openSqlite(path, 2_000);
	// A transaction waits 50 ms at most; who writes at the same moment tries again, as the program does.
	for (let tries = 1; ; tries++) {
		try {
			store.commit({ notes: [{ key: `${process.pid}`, value: "here" }] });
			break;
		} catch (error) {
			if (tries === 20) throw error;
		}
	}
	store.close();
	process.stdout.write("done\n");
} catch (error) {
	process.stdout.write(`${error}\n`);
}
