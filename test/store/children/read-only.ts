// Works on a database that it may not write, as an ordinary user, and prints what the keeper says.
import { chmodSync, chownSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { silentLog } from "../../../src/log.ts";
import { createKeeper, type Keeper } from "../../../src/store/keeper.ts";
import { virtualClock } from "../../support/clock.ts";
import { rememberingLog } from "../../support/store.ts";

const NOBODY = 65_534;
const [path = ""] = process.argv.slice(2);
const folder = dirname(path);
// Permissions mean nothing to root.
if (process.getuid?.() === 0) {
	for (const name of readdirSync(folder)) chownSync(`${folder}/${name}`, NOBODY, NOBODY);
	chownSync(folder, NOBODY, NOBODY);
	process.setgid?.(NOBODY);
	process.setuid?.(NOBODY);
}

const clock = virtualClock();
const say = (what: string, value: unknown) => process.stdout.write(`${what}: ${value}\n`);
const open = (): Keeper => createKeeper({ path, clock, log: silentLog, snapshot: () => ({}) });
const loaded = (keeper: Keeper) => [...keeper.load().notes.keys()].join(" ");

chmodSync(path, 0o444);
const first = open();
say("file: loaded", loaded(first));
say("file: committed", first.commit({ notes: [{ key: "later", value: "x" }] }));
say("file: fault", first.fault()?.replace(path, "PATH"));
chmodSync(path, 0o640);
await clock.advance(1_000);
first.flush();
say("file: fault when writable again", first.fault());
first.close();

chmodSync(folder, 0o555);
const second = open();
say("folder: loaded", loaded(second));
say("folder: committed", second.commit({ notes: [{ key: "last", value: "x" }] }));
say("folder: fault", second.fault()?.replace(path, "PATH"));
chmodSync(folder, 0o755);
await clock.advance(1_000);
second.flush();
say("folder: fault when writable again", second.fault());
second.close();

const whole = readFileSync(path);
writeFileSync(path, Buffer.alloc(9_000, 0xab));
chmodSync(folder, 0o555);
const log = rememberingLog();
const third = createKeeper({ path, clock, log, snapshot: () => ({}) });
third.load();
say("damaged: committed", third.commit({ notes: [{ key: "never", value: "x" }] }));
for (let second = 0; second < 5; second++) {
	await clock.advance(1_000);
	third.flush();
}
say(
	"damaged: fault",
	third
		.fault()
		?.replace(path, "PATH")
		.replace(/, rename.*/, ""),
);
say("damaged: lines in the log", log.said.length);
chmodSync(folder, 0o755);
writeFileSync(path, whole);

const fourth = open();
say("at last", loaded(fourth));
fourth.close();
