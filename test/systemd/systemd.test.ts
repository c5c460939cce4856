import { expect, test } from "vitest";
import { createSupervision, type Health } from "../../src/systemd/systemd.ts";
import { virtualClock } from "../support/clock.ts";

const WELL: Health = { ok: true, reasons: [], line: "watches 2 checks" };

function aService({ watchdogMs, fails }: { watchdogMs?: number; fails?: string } = { watchdogMs: 60_000 }) {
	const clock = virtualClock();
	const told: string[] = [];
	const warnings: object[] = [];
	const state = { health: WELL, held: undefined as Promise<void> | undefined };
	const supervision = createSupervision({
		async send(assignments) {
			await state.held;
			told.push(assignments.join(" "));
			return fails;
		},
		...(watchdogMs !== undefined && { watchdogMs }),
		monotonicUs: () => 123_456_789n,
		health: () => state.health,
		clock,
		log: { debug() {}, info() {}, warn: (fields) => warnings.push(fields), error() {} },
	});
	const since = () => told.splice(0);
	return { clock, supervision, state, since, warnings };
}

test("says nothing before the service is ready", async () => {
	const { clock, since } = aService();
	await clock.advance(120_000);
	expect(since()).toEqual([]);
});

test("says that it is ready, then twice in each period of the watchdog that it lives", async () => {
	const { clock, supervision, since } = aService();
	supervision.ready();
	await clock.advance(0);
	expect(since()).toEqual(["READY=1 STATUS=watches 2 checks"]);
	await clock.advance(120_000);
	expect(since()).toEqual(Array(4).fill("WATCHDOG=1"));
});

test("the watchdog hears nothing while the schedule stands still, the status line says why, and all goes on afterwards", async () => {
	const { clock, supervision, state, since } = aService();
	supervision.ready();
	await clock.advance(30_000);
	since();
	state.health = { ok: false, reasons: ["no check has started or ended for 90 s"], line: WELL.line };
	await clock.advance(120_000);
	expect(since()).toEqual(["STATUS=does not work: no check has started or ended for 90 s"]);
	state.health = WELL;
	await clock.advance(30_000);
	expect(since()).toEqual(["WATCHDOG=1 STATUS=watches 2 checks"]);
});

test("a new status line travels with the next sign of life, in one line", async () => {
	const { clock, supervision, state, since } = aService();
	supervision.ready();
	await clock.advance(0);
	since();
	state.health = { ...WELL, line: "watches 2 checks;\n1 open incident" };
	await clock.advance(60_000);
	expect(since()).toEqual(["WATCHDOG=1 STATUS=watches 2 checks; 1 open incident", "WATCHDOG=1"]);
});

test("without a watchdog only news is told", async () => {
	const { clock, supervision, state, since } = aService({});
	supervision.ready();
	await clock.advance(60_000);
	state.health = { ...WELL, line: "watches 3 checks" };
	await clock.advance(60_000);
	expect(since()).toEqual(["READY=1 STATUS=watches 2 checks", "STATUS=watches 3 checks"]);
});

test("a reload is told with its moment and its end, in this order", async () => {
	const { clock, supervision, since } = aService();
	supervision.ready();
	await clock.advance(0);
	since();
	supervision.reloading();
	supervision.reloaded();
	supervision.reloading();
	supervision.reloaded("a new configuration was refused");
	await clock.advance(0);
	const reloading = "RELOADING=1 MONOTONIC_USEC=123456789 STATUS=reads its configuration again";
	expect(since()).toEqual([
		reloading,
		"READY=1 STATUS=watches 2 checks",
		reloading,
		"READY=1 STATUS=watches 2 checks; a new configuration was refused",
	]);
});

test("whoever stops says so once, and gives no sign of life any more", async () => {
	const { clock, supervision, since } = aService();
	supervision.ready();
	await clock.advance(0);
	since();
	supervision.stopping();
	supervision.stopping();
	await supervision.close();
	await clock.advance(300_000);
	expect(since()).toEqual(["STOPPING=1 STATUS=stops: delivers what is due"]);
	expect(clock.pending()).toBe(0);
});

test("signs of life do not pile up while none is taken", async () => {
	const { clock, supervision, state, since } = aService();
	supervision.ready();
	await clock.advance(0);
	since();
	const gate = Promise.withResolvers<void>();
	state.held = gate.promise;
	await clock.advance(600_000);
	state.held = undefined;
	gate.resolve();
	await clock.advance(0);
	expect(since()).toEqual(["WATCHDOG=1"]);
	await clock.advance(30_000);
	expect(since()).toEqual(["WATCHDOG=1"]);
});

test("that systemd cannot be told is warned about once, and the program goes on", async () => {
	const { clock, supervision, warnings } = aService({ fails: "the program systemd-notify is not installed" });
	supervision.ready();
	await clock.advance(300_000);
	expect(warnings).toEqual([{ error: "the program systemd-notify is not installed" }]);
});
