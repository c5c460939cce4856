import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { type Asked, askDaemon } from "../../src/control/client.ts";
import { controlRoutes } from "../../src/control/routes.ts";
import { createControl } from "../../src/control/server.ts";
import { socketPath, unfitPath } from "../../src/control/socket.ts";
import type { Answer, Desk } from "../../src/model/desk.ts";
import { rememberingLog } from "../support/store.ts";

const uid = process.getuid?.();
const refused: Answer<never> = { ok: false, code: "conflict", text: "not now" };
/** A desk that repeats what it was asked. */
const desk = {
	silence: (request: unknown) => ({ ok: true, value: request, warnings: [] }),
	endSilence: () => refused,
	acknowledge: () => {
		throw new Error("a mistake");
	},
	replay: () => ({ ok: true, value: [], warnings: [] }),
} as unknown as Desk;

function aFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "control-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

async function listening(path = join(aFolder(), "store.db.sock")) {
	const log = rememberingLog();
	const control = createControl({ path, routes: controlRoutes(desk), loss: "nobody can talk to this daemon", log });
	await control.listen();
	onTestFinished(() => control.close());
	return { path, log, control };
}

const ask = (socket: string, path: string, body: object, timeoutMs = 2_000, by = uid): Promise<Asked> =>
	askDaemon({ socket, path }, body, { clock: systemClock, uid: by, timeoutMs });

const WISH = { match: { instance: "design" }, for: "2h", comment: "up\u0007grade\nnow", author: "ada" };

test("a question is checked, cleaned and answered, whoever asks over the socket", async () => {
	const { path } = await listening();
	expect(await ask(path, "/silence/add", WISH)).toEqual({
		result: "answered",
		status: 200,
		body: {
			ok: true,
			value: { match: { instance: "design" }, for: 7_200_000, comment: "up grade now", author: "ada", force: false },
			warnings: [],
		},
	});
});

test.each<[string, string, object, number, RegExp]>([
	["an unknown question", "/shutdown", {}, 404, /does not know that question/],
	["a misspelt field", "/silence/add", { ...WISH, comnent: "x" }, 400, /unrecognized key.*comnent/],
	["no label at all", "/silence/add", { ...WISH, match: {} }, 400, /match: must name at least one label/],
	["both ends", "/silence/add", { ...WISH, until: "2030-01-01T00:00:00Z" }, 400, /either for or until/],
	["an empty comment", "/ack", { instance: "a", check: "b", comment: " \n" }, 400, /comment: must not be empty/],
	["a long comment", "/ack", { instance: "a", check: "b", comment: "x".repeat(501) }, 400, /more than 500/],
	["neither id nor all", "/outbox/replay", {}, 400, /either an id or all/],
	["what the desk refuses", "/silence/end", { id: "abcd" }, 409, /not now/],
	["what is too long", "/silence/end", { id: "x".repeat(20_000) }, 413, /at most 16384 bytes/],
])("%s is refused with a reason", async (_, path, body, status, text) => {
	const { path: socket } = await listening();
	const asked = await ask(socket, path, body);
	expect(asked).toMatchObject({ result: "answered", status });
	expect(asked.result === "answered" && (asked.body as { text: string }).text).toMatch(text);
});

test("a mistake of our own is logged and tells nothing of the inside", async () => {
	const { path, log } = await listening();
	const asked = await ask(path, "/ack", { instance: "a", check: "b", comment: "x" });
	expect(asked).toMatchObject({ status: 500 });
	expect(JSON.stringify(asked)).not.toContain("a mistake");
	expect(log.said).toEqual(["error: a question over the control socket failed"]);
});

test("what is no JSON, no POST or no HTTP changes nothing", async () => {
	const { path } = await listening();
	const raw = (text: string) =>
		new Promise<string>((resolve) => {
			let got = "";
			const socket = connect(path, () => socket.end(text));
			socket.on("data", (part) => (got += part)).on("close", () => resolve(got));
		});
	expect(await raw("POST /ack HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n{a}")).toContain("400 Bad Request");
	expect(await raw("GET /ack HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).toContain("404 Not Found");
	expect(await raw("hello\r\n\r\n")).toContain("400 Bad Request");
	expect(await ask(path, "/outbox/replay", { all: true })).toMatchObject({ status: 200 });
});

test("the socket is for its owner alone, and nothing else is left beside it", async () => {
	const { path } = await listening();
	expect(lstatSync(path).mode & 0o777).toBe(0o600);
	expect(readdirSync(join(path, ".."))).toEqual(["store.db.sock"]);
});

test("a dead daemon's socket is replaced, and a daemon takes away only its own", async () => {
	const { path, control: old } = await listening();
	const { control: young } = await listening(path);
	old.close();
	expect(await ask(path, "/outbox/replay", { all: true })).toMatchObject({ result: "answered" });
	young.close();
	expect(existsSync(path)).toBe(false);
	expect(await ask(path, "/outbox/replay", { all: true })).toEqual({ result: "nobody" });
});

test("a socket that a killed daemon left behind is nobody", async () => {
	const { path } = await listening();
	const dead = join(aFolder(), "dead.sock");
	const server = createServer().listen(dead);
	await new Promise((resolve) => server.once("listening", resolve));
	// Renamed away, it is not removed when the server closes.
	const { renameSync } = await import("node:fs");
	renameSync(dead, `${dead}2`);
	await new Promise((resolve) => server.close(resolve));
	expect(await ask(`${dead}2`, "/ack", {})).toEqual({ result: "nobody" });
	expect(await ask(path, "/outbox/replay", { all: true })).toMatchObject({ result: "answered" });
});

test("a short name in a folder with a long path is told to be too long, before a socket is tried to be made there", async () => {
	const folder = aFolder();
	// The path itself would fit.
	const deep = join(folder, "x".repeat(104 - Buffer.byteLength(folder)));
	mkdirSync(deep);
	expect(unfitPath(join(deep, "a"))).toMatch(
		/the folder of .* has 105 bytes, and a socket can be made where that is at most \d+/,
	);
	const { log } = await listening(join(deep, "a"));
	expect(log.said).toEqual([expect.stringMatching(/^warn: nobody can talk to this daemon/)]);
	expect(readdirSync(deep)).toEqual([]);
	const fitting = join(folder, "x".repeat(95 - Buffer.byteLength(folder)));
	mkdirSync(fitting);
	expect(unfitPath(join(fitting, "a"))).toBeUndefined();
	expect((await listening(join(fitting, "a"))).log.said).toEqual([]);
});

test("a file in its place is left alone, and a path that is too long is said to be: the daemon goes on without", async () => {
	const file = join(aFolder(), "store.db.sock");
	writeFileSync(file, "mine");
	const { log } = await listening(file);
	expect(lstatSync(file).isFile()).toBe(true);
	const long = await listening(join(aFolder(), `${"x".repeat(120)}.sock`));
	for (const { said } of [log, long.log]) expect(said[0]).toMatch(/^warn: nobody can talk to this daemon/);
	expect(socketPath(":memory:")).toBeUndefined();
});

test("a folder that cannot be written is a warning, too", async () => {
	const { log } = await listening("/proc/nowhere/store.db.sock");
	expect(log.said).toHaveLength(1);
});

test.runIf(uid !== undefined)(
	"who asks does not trust a stranger's socket, or one that others may write to",
	async () => {
		const { path } = await listening();
		const stranger = await ask(path, "/ack", {}, 2_000, (uid ?? 0) + 1);
		// Root's socket may be trusted by everybody.
		if (uid === 0) expect(stranger).toMatchObject({ result: "answered" });
		else expect(stranger).toMatchObject({ result: "failed", why: expect.stringContaining("another user") });
		chmodSync(path, 0o622);
		expect(await ask(path, "/ack", {})).toMatchObject({
			result: "failed",
			why: expect.stringContaining("others may write"),
		});
		const file = join(aFolder(), "file");
		writeFileSync(file, "");
		expect(await ask(file, "/ack", {})).toMatchObject({ result: "failed", why: expect.stringContaining("no socket") });
	},
);

test.each([
	["nothing within the time", "", /has not answered within 0.1 s/],
	["half an answer", "HTTP/1.1 200 OK\r\n\r\n{", /cut off/],
	["something else", "220 mail ready\r\n", /ended before it had answered/],
])("%s is a failure with a reason", async (_, text, why) => {
	const path = join(aFolder(), "odd.sock");
	const server = createServer((socket) => void (text === "" ? socket.resume() : socket.end(text)));
	server.listen(path);
	await new Promise((resolve) => server.once("listening", resolve));
	chmodSync(path, 0o600);
	onTestFinished(() => void server.close());
	expect(await ask(path, "/ack", {}, 100)).toMatchObject({ result: "failed", why: expect.stringMatching(why) });
});
