import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { answerRoutes } from "../../src/control/answers.ts";
import { askDaemon } from "../../src/control/client.ts";
import { groupId } from "../../src/control/group.ts";
import { createControl } from "../../src/control/server.ts";
import { answersPath, distrustAnswers } from "../../src/control/socket.ts";
import { anInstanceReport, aReport } from "../support/reports.ts";
import { rememberingLog } from "../support/store.ts";

const uid = process.getuid?.() ?? 0;
const gid = process.getgid?.() ?? 0;
const report = anInstanceReport(aReport());
const answering = {
	instances: () => ["design"],
	report: (name: string, check?: string) =>
		name === "design" && (check === undefined || check === "get-configuration") ? report : undefined,
};

function aFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "answers-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

async function listening(group?: string | number, path = join(aFolder(), "answers.sock")) {
	const log = rememberingLog();
	const control = createControl({ path, routes: answerRoutes(answering), group, loss: "nobody can ask", log });
	await control.listen();
	onTestFinished(() => control.close());
	return { path, log };
}

const ask = (socket: string, path: string, body: object = {}) =>
	askDaemon({ socket, path }, body, { clock: systemClock, uid, timeoutMs: 2_000, distrust: distrustAnswers });

test("instances and reports can be asked for, and nothing can be changed", async () => {
	const { path } = await listening();
	expect(await ask(path, "/instances")).toMatchObject({ status: 200, body: { ok: true, value: ["design"] } });
	expect(await ask(path, "/report", { instance: "design" })).toMatchObject({ status: 200, body: { value: report } });
	expect(await ask(path, "/report", { instance: "design", check: "no" })).toMatchObject({
		status: 404,
		body: { text: "no check design/no in the daemon's configuration" },
	});
	expect(await ask(path, "/report", { instance: "no" })).toMatchObject({ status: 404 });
	expect(await ask(path, "/report", { instanec: "design" })).toMatchObject({ status: 400 });
	for (const change of ["/silence/add", "/ack", "/outbox/replay"])
		expect(await ask(path, change)).toMatchObject({ status: 404 });
});

test("a group may ask only where the configuration names it", async () => {
	const own = await listening();
	expect(statSync(own.path).mode & 0o777).toBe(0o600);
	const shared = await listening(gid);
	expect(statSync(shared.path).mode & 0o777).toBe(0o660);
	expect(statSync(shared.path).gid).toBe(gid);
	expect(shared.log.said).toEqual([]);
});

test("a group that does not exist is warned about, and shuts nobody else out", async () => {
	const { path, log } = await listening("no-such-group");
	expect(log.said).toEqual(["warn: only the daemon's own user may ask it"]);
	expect(statSync(path).mode & 0o777).toBe(0o600);
	expect(await ask(path, "/instances")).toMatchObject({ status: 200 });
});

test("groups go by name or number", () => {
	expect([groupId("root"), groupId("0"), groupId(7), groupId("no-such-group")]).toEqual([0, 0, 7, undefined]);
});

test("what a dead daemon left is replaced, other files are not", async () => {
	const path = join(aFolder(), "answers.sock");
	const first = createControl({ path, routes: answerRoutes(answering), loss: "", log: rememberingLog() });
	await first.listen();
	await listening(undefined, path);
	first.close();
	expect(await ask(path, "/instances")).toMatchObject({ status: 200 });
	const file = join(aFolder(), "file");
	writeFileSync(file, "kept");
	expect((await listening(undefined, file)).log.said).toEqual(["warn: nobody can ask"]);
	expect(existsSync(file)).toBe(true);
});

test("a socket is trusted by whose it is and whose folder it lies in", async () => {
	const { path } = await listening(gid);
	expect(distrustAnswers(join(aFolder(), "none"), uid)).toBe("nobody");
	expect(distrustAnswers(path, uid)).toBeUndefined();
	chmodSync(path, 0o666);
	expect(distrustAnswers(path, uid)).toMatch(/anybody may write/);
	chmodSync(path, 0o660);
	if (uid !== 0) return;
	const folder = join(path, "..");
	chownSync(path, 4_711, gid);
	expect(distrustAnswers(path, 4_712)).toMatch(/belongs to another user \(4711\)/);
	chownSync(folder, 4_711, gid);
	expect(distrustAnswers(path, 4_712)).toBeUndefined();
	chmodSync(folder, 0o770);
	expect(distrustAnswers(path, 4_712)).toMatch(/not that user's alone/);
});

test("the default place is beside the store", () => {
	expect([answersPath("/var/lib/p.db"), answersPath(":memory:")]).toEqual(["/var/lib/p.db.ask", undefined]);
});
