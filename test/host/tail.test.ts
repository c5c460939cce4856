import { appendFileSync, copyFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Place, readNew } from "../../src/host/tail.ts";
import { aFolder } from "../support/folder.ts";

function aLog() {
	const file = join(aFolder(), "backend.log");
	writeFileSync(file, "");
	let place: Place | undefined;
	let number = 0;
	return {
		file,
		write(count: number) {
			const lines = Array.from({ length: count }, () => `line ${number++} ${"x".repeat(number % 40)}`);
			appendFileSync(file, lines.map((line) => `${line}\n`).join(""));
			return lines;
		},
		rotate() {
			for (let at = 9; at >= 1; at--) {
				try {
					renameSync(`${file}.${at}`, `${file}.${at + 1}`);
				} catch {
					// There are not so many yet.
				}
			}
			renameSync(file, `${file}.1`);
			writeFileSync(file, "");
		},
		async read(bounds: { bytes?: number; isOver?: () => boolean } = {}) {
			const lines: string[] = [];
			const { bytes = 1e9, isOver = () => false } = bounds;
			const found = await readNew(file, place, { bytes, isOver }, (some) => lines.push(...some));
			if (found.ok) place = found.place;
			return { lines, found };
		},
	};
}

test("the first reading finds only the end; later ones what is new", async () => {
	const log = aLog();
	log.write(3);
	expect((await log.read()).lines).toEqual([]);
	const lines = log.write(2);
	expect((await log.read()).lines).toEqual(lines);
	expect((await log.read()).lines).toEqual([]);
});

test("a line that is being written is read when it is whole", async () => {
	const log = aLog();
	log.write(1);
	await log.read();
	appendFileSync(log.file, "half");
	expect((await log.read()).lines).toEqual([]);
	appendFileSync(log.file, " and half\nnext\n");
	expect((await log.read()).lines).toEqual(["half and half", "next"]);
});

test("whatever is written, rotated and read in any order, every line is read once and in order", async () => {
	const steps = fc.array(fc.oneof(fc.nat(300), fc.constantFrom("rotate" as const, "read" as const)), { maxLength: 12 });
	await fc.assert(
		fc.asyncProperty(steps, async (all) => {
			const log = aLog();
			log.write(20);
			await log.read();
			const [written, read]: [string[], string[]] = [[], []];
			for (const step of [...all, "read" as const]) {
				if (typeof step === "number") written.push(...log.write(step));
				else if (step === "rotate") log.rotate();
				else read.push(...(await log.read()).lines);
			}
			expect(read).toEqual(written);
		}),
		{ numRuns: 25 },
	);
});

test("a log that is copied and cut back loses no line", async () => {
	const log = aLog();
	log.write(20);
	await log.read();
	const old = log.write(5);
	copyFileSync(log.file, `${log.file}.1`);
	truncateSync(log.file);
	const fresh = log.write(2);
	const { lines, found } = await log.read();
	expect(lines).toEqual([...old, ...fresh]);
	expect(found).toMatchObject({ isGap: false });
});

test("a place that is in no file any more is a gap, and the newest file is read", async () => {
	const log = aLog();
	log.write(20);
	await log.read();
	rmSync(log.file);
	const lines = log.write(3);
	expect(await log.read()).toMatchObject({ lines, found: { isGap: true } });
});

test("too much is skipped from the oldest on, and the cut line is dropped", async () => {
	const log = aLog();
	log.write(1);
	await log.read();
	const lines = log.write(1_000);
	const { lines: read, found } = await log.read({ bytes: 500 });
	expect(read.length).toBeGreaterThan(10);
	expect(read).toEqual(lines.slice(-read.length));
	expect(found).toMatchObject({ skipped: expect.any(Number), behind: 0 });
});

test("when time is over the rest is left for the next time", async () => {
	const log = aLog();
	log.write(1);
	await log.read();
	const lines = log.write(20_000);
	let asked = 0;
	const first = await log.read({ isOver: () => asked++ > 3 });
	expect(first.found).toMatchObject({ behind: expect.any(Number) });
	expect(first.lines.length).toBeLessThan(lines.length);
	expect([...first.lines, ...(await log.read()).lines]).toEqual(lines);
});

test("a line that is longer than is read at once counts once, also at the end of a file that is done", async () => {
	const { file, rotate, read, write } = aLog();
	await read();
	appendFileSync(file, "y".repeat(150_000));
	rotate();
	const [next] = write(1);
	const { lines } = await read();
	expect(lines.map((line) => line[0])).toEqual(["y", "l"]);
	expect(lines[1]).toBe(next);
});

test("no log is a reason; a log that is away for a moment of its rotation is none", async () => {
	const log = aLog();
	log.write(3);
	await log.read();
	const lines = log.write(2);
	renameSync(log.file, `${log.file}.1`);
	expect(await log.read()).toMatchObject({ lines, found: { ok: true } });
	rmSync(`${log.file}.1`);
	expect((await log.read()).found).toMatchObject({ ok: false, reason: expect.stringMatching(/no such file/) });
});
