import { expect, test } from "vitest";
import {
	critical,
	type Examination,
	type Finding,
	ok,
	passable,
	type Section,
	warning,
} from "../../src/examine/examination.ts";
import { makeRound, type RoundDeps } from "../../src/examine/round.ts";
import { virtualClock } from "../support/clock.ts";

const examination = (name: string, ...findings: readonly Finding[]): Examination => ({ name, examine: () => findings });
const section = (name: string, ...examinations: readonly Examination[]): Section => ({ name, examinations });

function aRound(sections: readonly Section[], given: Partial<RoundDeps> = {}) {
	const clock = virtualClock();
	const begun: string[] = [];
	const made = makeRound(sections, {
		clock,
		atOnce: 4,
		deadlineMs: 10_000,
		redact: (text) => text.replaceAll("s3cret", "[secret]"),
		onBegin: (name, one) => begun.push(`${name}/${one}`),
		...given,
	});
	return { clock, begun, made };
}

test("results stand in the order of the sections, however long each takes", async () => {
	const slow: Examination = {
		name: "slow",
		async examine() {
			await new Promise((resolve) => setImmediate(resolve));
			return [ok("at last")];
		},
	};
	const { made } = aRound([
		section("a", slow, examination("two", ok("x"))),
		section("b", examination("three", ok("y"))),
	]);
	expect(await made).toEqual([
		{ section: "a", examination: "slow", findings: [ok("at last")] },
		{ section: "a", examination: "two", findings: [ok("x")] },
		{ section: "b", examination: "three", findings: [ok("y")] },
	]);
});

test("after a vital one that is critical the rest of its section is left out, and only of its section", async () => {
	const vital = { ...examination("name", critical("no such host", "look")), isVital: true };
	const harmless = { ...examination("clock", warning("off", "set it")), isVital: true };
	const { made, begun } = aRound([
		section("a", vital, examination("TLS", ok("fine"))),
		section("b", harmless, examination("TLS", ok("fine"))),
	]);
	expect((await made).map(({ findings }) => findings[0])).toEqual([
		critical("no such host", "look"),
		{ level: "skipped", seen: "not examined, because of: name", because: "name" },
		warning("off", "set it"),
		ok("fine"),
	]);
	expect(begun).toEqual(["a/name", "b/clock", "b/TLS"]);
});

test("what is critical and yet lets requests through does not stand in the way of the rest", async () => {
	const vital = { ...examination("TLS", passable(critical("ends tomorrow", "renew it"))), isVital: true };
	const { made } = aRound([section("a", vital, examination("backend", ok("fine")))]);
	expect((await made).map(({ findings }) => findings[0]?.level)).toEqual(["critical", "ok"]);
});

test("late ones come when all others are done, one by one", async () => {
	const seen: string[] = [];
	const noting = (name: string, isLate: boolean): Examination => ({
		name,
		isLate,
		async examine() {
			await new Promise((resolve) => setImmediate(resolve));
			seen.push(name);
			return [];
		},
	});
	await aRound([section("a", noting("late", true), noting("first", false)), section("b", noting("second", false))])
		.made;
	expect(seen).toEqual(["first", "second", "late"]);
});

test("no more sections are examined at a time than allowed", async () => {
	let [running, most] = [0, 0];
	const busy: Examination = {
		name: "busy",
		async examine() {
			most = Math.max(most, ++running);
			await new Promise((resolve) => setImmediate(resolve));
			running--;
			return [];
		},
	};
	await aRound(
		Array.from({ length: 9 }, (_, index) => section(`s${index}`, busy)),
		{ atOnce: 3 },
	).made;
	expect(most).toBe(3);
});

test("one that hangs is aborted at its deadline, and one that breaks is a finding", async () => {
	let isAborted = false;
	const hanging: Examination = {
		name: "hanging",
		examine: (signal) =>
			new Promise(() => {
				signal.addEventListener("abort", () => {
					isAborted = true;
				});
			}),
	};
	const broken: Examination = {
		name: "broken",
		examine() {
			throw new Error("cannot read s3cret");
		},
	};
	const { clock, made } = aRound([section("a", hanging, broken)]);
	await clock.advance(10_000);
	expect((await made).map(({ findings }) => findings.map(({ level, seen }) => [level, seen]))).toEqual([
		[["warning", "not finished within 10 s"]],
		[["warning", "this examination itself failed: cannot read [secret]"]],
	]);
	expect(isAborted).toBe(true);
	expect(clock.pending()).toBe(0);
});

test("no finding shows a secret, neither in what was seen nor in what to do", async () => {
	const [result] = await aRound([section("a", examination("x", warning("key s3cret", "replace s3cret")))]).made;
	expect(result?.findings).toEqual([warning("key [secret]", "replace [secret]")]);
});
