// Takes the lock beside a store and keeps it until it is killed, or until told to give it back.
import { createInterface } from "node:readline";
import { takeLock } from "../../../src/store/lock.ts";

const [path = "", care = "careful"] = process.argv.slice(2);
let lock = takeLock(path);
const isTaken = lock !== undefined;
// Whoever does not keep the lock object still keeps the lock: garbage collection must not release it.
if (care === "careless") lock = undefined;
for (let round = 0; round < 3; round++) {
	globalThis.gc?.();
	await new Promise((resolve) => setImmediate(resolve));
}
process.stdout.write(isTaken ? "taken\n" : "refused\n");
for await (const line of createInterface({ input: process.stdin })) {
	if (line === "release") lock?.release();
	process.stdout.write(`${line}d\n`);
}
