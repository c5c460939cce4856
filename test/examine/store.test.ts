import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { askDaemon } from "../../src/control/client.ts";
import { controlRoutes } from "../../src/control/routes.ts";
import { createControl } from "../../src/control/server.ts";
import type { Patient } from "../../src/examine/patient.ts";
import { daemonExamination } from "../../src/examine/store-daemon.ts";
import { judgeStoreFiles, storeFilesExamination } from "../../src/examine/store-files.ts";
import { integrityExamination } from "../../src/examine/store-integrity.ts";
import { socketExamination } from "../../src/examine/store-socket.ts";
import { expectedSize, judgeSpace } from "../../src/examine/store-space.ts";
import { judgeWatching } from "../../src/examine/store-watching.ts";
import { silentLog } from "../../src/log.ts";
import type { About } from "../../src/model/about.ts";
import type { Desk } from "../../src/model/desk.ts";
import { storeOptions } from "../../src/store/options.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { aFolder } from "../support/folder.ts";

const signal = new AbortController().signal;
const levels = (findings: readonly { level: string }[]) => findings.map(({ level }) => level);
const GOOD = {
	path: "/d/x.db",
	database: { uid: 7, mode: 0o100640, size: 5e6 },
	folder: "/d",
	isFolderWritable: true,
	isWritable: true,
	logBytes: 0,
	damaged: [],
};

test("the files of the store are judged in the eyes of who examines", () => {
	expect(judgeStoreFiles(GOOD, 7)).toEqual([{ level: "ok", seen: "/d/x.db, 5 MB" }]);
	expect(judgeStoreFiles({ ...GOOD, isFolderWritable: false }, 7)).toMatchObject([
		{
			level: "critical",
			seen: "the folder /d cannot be written: states and messages would be lost at the next restart",
		},
	]);
	expect(judgeStoreFiles({ ...GOOD, isWritable: false }, 7)).toMatchObject([
		{ level: "critical", seen: "/d/x.db cannot be written (owner 7, mode 640)" },
	]);
	// Who is somebody else cannot tell whether its owner may write.
	expect(judgeStoreFiles({ ...GOOD, isFolderWritable: false }, 8)).toMatchObject([
		{ level: "warning", seen: "/d/x.db belongs to user 7, and you are 8" },
	]);
	expect(levels(judgeStoreFiles(GOOD, 0))).toEqual(["ok"]);
	expect(judgeStoreFiles({ ...GOOD, database: { ...GOOD.database, mode: 0o100644 } }, 7)[1]).toMatchObject({
		level: "warning",
		seen: "everybody on this machine may read /d/x.db (mode 644)",
	});
	expect(judgeStoreFiles({ ...GOOD, logBytes: 900e6 }, 7)[1]).toMatchObject({
		seen: "its log /d/x.db-wal has grown to 900 MB",
	});
	expect(judgeStoreFiles({ ...GOOD, damaged: ["x.db.damaged-1", "x.db.damaged-2"] }, 7)[1]).toMatchObject({
		seen: "a damaged database was moved aside: x.db.damaged-2 and 1 before it",
	});
});

test("a real store is examined without a trace, and a damaged one is found", async () => {
	const path = join(aFolder(), "deep", "s.db");
	const files = storeFilesExamination(path, { uid: process.getuid?.() } as Patient["machine"]);
	const integrity = integrityExamination(path);
	expect(await files.examine(signal)).toEqual([
		{ level: "ok", seen: `${path} does not exist yet: the first run makes it` },
	]);
	expect(levels(await integrity.examine(signal))).toEqual(["skipped"]);

	mkdirSync(dirname(path));
	const store = openSqlite(path);
	store.keep([
		{ key: "a/b", level: "ok", sample: { startedAt: 1, durationMs: 1, values: { text: "x".repeat(40_000) } } },
	]);
	store.close();
	writeFileSync(`${path}.damaged-2026`, "");
	const before = readdirSync(dirname(path));
	expect(levels(await files.examine(signal))).toEqual(["ok", "warning"]);
	expect(await integrity.examine(signal)).toEqual([{ level: "ok", seen: "SQLite finds nothing wrong" }]);
	expect(readdirSync(dirname(path))).toEqual(before);

	const newer = new DatabaseSync(path);
	newer.exec("PRAGMA user_version = 999");
	newer.close();
	expect(await integrity.examine(signal)).toMatchObject([
		{ level: "critical", seen: expect.stringMatching(/^nothing is remembered, .*another version of dss-probe/) },
	]);

	truncateSync(path, 60_000);
	expect(await integrity.examine(signal)).toMatchObject([
		{ level: "critical", seen: expect.stringMatching(/^damaged: /) },
	]);
	writeFileSync(path, "this is no database at all, but long enough to look like one".repeat(200));
	expect(await integrity.examine(signal)).toMatchObject([{ level: "critical" }]);
	expect(existsSync(`${path}-wal`)).toBe(false);
});

test("the room on the disk is judged by what the store will grow to", () => {
	const store = storeOptions.parse("x.db");
	const check = { timing: { every: 30_000 }, policy: { gapMs: 90_000 } } as Parameters<typeof expectedSize>[0][number];
	const thousand = Array.from({ length: 1_000 }, () => check);
	expect(expectedSize([check], store)).toBe(2_880 * 30 * 130 + 20e6);
	// The limit of kept samples is lower than what thirty days would bring.
	expect(expectedSize(thousand, store)).toBe(5e6 * 130 + 20e6);
	const space = { free: 800e6, entries: 5_000, now: 100e6, expected: 670e6, keepMs: store.keep };
	expect(judgeSpace(space)).toEqual([
		{ level: "ok", seen: "800 MB free; the store grows to about 670 MB within 30 d" },
	]);
	expect(levels(judgeSpace({ ...space, free: 500e6 }))).toEqual(["warning"]);
	expect(levels(judgeSpace({ ...space, free: 500e6, now: 660e6 }))).toEqual(["ok"]);
	expect(levels(judgeSpace({ ...space, free: 5e6 }))).toEqual(["critical"]);
	expect(levels(judgeSpace({ ...space, entries: 0 }))).toEqual(["ok", "critical"]);
	expect(levels(judgeSpace({ ...space, entries: undefined }))).toEqual(["ok"]);
});

test.each<[number | undefined, string, string]>([
	[undefined, "skipped", "nothing was watched yet"],
	[59 * 60_000, "ok", "the last look was 59 min ago"],
	[3 * 86_400_000, "critical", "nobody watches: the last look was 3 d ago"],
])("the newest look, %s ms ago, is %s", (ago, level, seen) => {
	expect(judgeWatching(ago === undefined ? undefined : 1e12 - ago, 30_000, 1e12)).toMatchObject({ level, seen });
});

const LOADED = Date.UTC(2026, 0, 5, 8);

/** A daemon's socket that tells this about itself. */
async function examineDaemon(about: Partial<About> | undefined, read: readonly string[] = []) {
	const path = join(aFolder(), "s.db.sock");
	const whole = { version: "1.0", nodeVersion: "24", pid: 77, startedAt: LOADED, configLoadedAt: LOADED, disabled: {} };
	const routes = controlRoutes({} as Desk, about && { health: () => ({}), about: () => ({ ...whole, ...about }) });
	const control = createControl({ path, routes, loss: "", log: silentLog });
	await control.listen();
	onTestFinished(() => control.close());
	const patient = {
		clock: { ...systemClock, now: () => LOADED + 3_600_000 },
		read: new Map(read.map((file) => [file, ""])),
		machine: { programVersion: "1.0" },
		daemon: () =>
			askDaemon(
				{ socket: path, path: "/about" },
				{},
				{ clock: systemClock, uid: process.getuid?.(), timeoutMs: 2_000 },
			),
	} as unknown as Patient;
	return (await daemonExamination(patient).examine(signal)).map(({ level, seen }) => `${level}: ${seen}`);
}

test("a running daemon says who it is, and what it works with", async () => {
	const runs = "ok: runs since 1 h (pid 77, version 1.0)";
	expect(await examineDaemon({})).toEqual([runs]);
	expect(await examineDaemon(undefined)).toEqual(["warning: one runs that cannot say what it is: of an older version"]);
	expect(await examineDaemon({ version: "0.9" })).toEqual([
		"ok: runs since 1 h (pid 77, version 0.9)",
		"warning: it is version 0.9, and installed is 1.0",
	]);
	expect(await examineDaemon({ configError: "2 problems" })).toEqual([
		runs,
		"critical: it has refused the newest configuration and goes on with that of 2026-01-05T08:00:00Z",
	]);
	expect(await examineDaemon({ storeFault: "s.db cannot be written: disk full" })).toEqual([
		runs,
		"critical: s.db cannot be written: disk full",
	]);
	const changed = join(aFolder(), "alerts.yaml");
	writeFileSync(changed, "");
	expect(await examineDaemon({}, [changed])).toEqual([
		runs,
		`warning: ${changed} changed after it had read the configuration (2026-01-05T08:00:00Z)`,
	]);
	expect(await examineDaemon({ configLoadedAt: Date.now() + 1_000 }, [changed])).toEqual([runs]);
});

test("a daemon that took the question and does not answer hangs, and that is no matter of who asks", async () => {
	const path = join(aFolder(), "s.db.sock");
	const server = createServer(() => {}).listen(path);
	onTestFinished(() => void server.close());
	await once(server, "listening");
	chmodSync(path, 0o600);
	const around = { clock: systemClock, uid: process.getuid?.(), timeoutMs: 100 };
	const daemon = () => askDaemon({ socket: path, path: "/about" }, {}, around);
	const patient = { clock: systemClock, read: new Map(), machine: {}, daemon } as unknown as Patient;
	expect(await daemonExamination(patient).examine(signal)).toMatchObject([
		{
			level: "critical",
			seen: "a daemon runs and hangs, so nobody is watched or told: dss-probe has not answered within 0.1 s",
			todo: expect.stringMatching(/^Restart it/),
		},
	]);
});

test("the folder of the socket beside the store is made by the first run, as that of the store is", async () => {
	const path = join(aFolder(), "data", "s.db");
	const nobody = () => Promise.resolve({ result: "nobody" });
	const patient = { config: { store: { path } }, daemon: nobody } as unknown as Patient;
	const socket = `${path}.ask`;
	expect(await socketExamination({ socket }, patient).examine(signal)).toEqual([
		{ level: "ok", seen: `${socket} is there while a daemon runs` },
	]);
});

test("the socket for answers needs a folder that is there and that its group can pass", async () => {
	const folder = aFolder();
	const examined = async (
		answers: { readonly socket?: string; readonly group?: string | number },
		result = "nobody",
	) => {
		const patient = { daemon: () => Promise.resolve({ result }) } as unknown as Patient;
		return (await socketExamination(answers, patient).examine(signal)).map(({ level, seen }) => `${level}: ${seen}`);
	};
	const [gone, socket] = [join(folder, "gone/a.sock"), join(folder, "a.sock")];
	expect(await examined({})).toEqual(["skipped: there is none beside a store in memory"]);
	expect(await examined({ socket: gone })).toEqual([
		`warning: there is no folder ${dirname(gone)}: no program can ask the daemon at ${gone}`,
	]);
	expect(await examined({ socket })).toEqual([`ok: ${socket} is there while a daemon runs`]);
	expect(await examined({ socket }, "answered")).toEqual([`warning: a daemon runs, and there is no ${socket}`]);
	chmodSync(folder, 0o700);
	expect(await examined({ socket, group: 4_711 })).toEqual([
		`warning: group 4711 cannot pass through ${folder} (mode 700)`,
	]);
	chmodSync(folder, 0o711);
	expect(await examined({ socket, group: 4_711 })).toEqual([`ok: ${socket} is there while a daemon runs`]);
	expect(await examined({ socket, group: "no-such-group" })).toEqual([
		"warning: there is no group no-such-group in /etc/group",
	]);
	const server = createServer().listen(socket);
	onTestFinished(() => void server.close());
	await once(server, "listening");
	chmodSync(socket, 0o600);
	expect(await examined({ socket }, "answered")).toEqual([`ok: ${socket}`]);
	const { gid } = statSync(socket);
	expect(await examined({ socket, group: gid })).toEqual([
		`warning: ${socket} is closed to group ${gid} (group ${gid}, mode 600)`,
	]);
	chmodSync(socket, 0o660);
	expect(await examined({ socket, group: gid })).toEqual([`ok: ${socket}`]);
	expect(await examined({ socket: folder })).toEqual([`warning: ${folder} exists and is no socket`]);
});
