import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { Interrupted } from "../../src/cli/conversation.ts";
import type { Io } from "../../src/cli/io.ts";
import { runProgram } from "../../src/cli/program.ts";
import { systemClock } from "../../src/clock.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { aFolder } from "../support/folder.ts";

const KEY = "key-of-the-canary-0001";
const ADMIN = "key-of-the-admin-0002";

let url: string;
let config: string;
beforeEach(async () => {
	const simulator = createSimulator({ apiKey: KEY, adminKey: ADMIN, clock: systemClock });
	({ url } = await simulator.listen("127.0.0.1", 0));
	onTestFinished(() => simulator.close());
	config = join(aFolder(), "alerts.yaml");
	const instance = (more: string) => `{ url: "${url}"${more} }`;
	writeFileSync(
		config,
		`instances:\n  design: ${instance(`, api_key: "\${KEY}"`)}\n  keyless: ${instance("")}\n` +
			`check_files: [${JSON.stringify(resolve("checks"))}]\nchecks: [get-configuration]\nroutes: [{ to: [] }]\n`,
	);
});

/** Runs a verb; `answer` is what the person at the terminal types, where one sits there. */
async function canary(words: readonly string[], answer?: string | undefined, isThere = answer !== undefined) {
	const printed: string[] = [];
	const asked: string[] = [];
	const say = (text: string) => void printed.push(text);
	const io: Io = {
		terminal: { out: say, err: say, isPerson: false, width: 200, paint: (_style, text) => text },
		env: { KEY, ADMIN },
		onSignal: () => () => {},
		...(isThere && {
			converse: async () => ({
				ask: async (question: string, { hidden = false } = {}) => {
					asked.push(`${hidden ? "hidden: " : ""}${question}`);
					if (answer === undefined) throw new Interrupted();
					return answer;
				},
				close: () => void asked.push("closed"),
			}),
		}),
		exit: () => {
			throw new Error("ended");
		},
	};
	const code = await runProgram(["canary", ...words, "-c", config], io);
	const text = printed.join("\n");
	expect(text).not.toContain(KEY);
	expect(text).not.toContain(ADMIN);
	return { code, text, asked };
}

const remove = () => canary(["remove", "design", "--project", "PROBES", "--yes", "--key-from", "ADMIN"]);

test("what is missing is made, and the key of the canary is tried for what it lacks", async () => {
	const { code, text } = await canary(["install", "design", "--project", "PROBES", "--key-from", "ADMIN"]);
	expect(text).toMatch(/^made +project PROBES, owned by admin$/m);
	expect(text).toMatch(/CRITICAL +rights +project PROBES is not there, or not for this key/);
	expect(text).toContain("READ_CONF, RUN_JOBS and MONITOR_JOBS on PROBES");
	expect(text).toContain("- { use: canary-job, on: { instance: design }, with: { project: PROBES } }");
	expect(code).toBe(1);
	expect((await remove()).text).toMatch(/^removed +project PROBES$/m);
	expect((await remove()).text).toContain("nothing to remove");
});

test("a key that has the rights of a canary is enough, and a second run says that all is there", async () => {
	// The simulated node ships with such a project that somebody else made.
	const foreign = await canary(["install", "design", "--key-from", "ADMIN"]);
	expect(foreign.code).toBe(2);
	expect(foreign.text).toContain("dss-probe did not make it");
	await fetch(`${url}/public/api/projects/DKU_MONITORING`, {
		method: "DELETE",
		headers: { authorization: `Bearer ${ADMIN}` },
	});
	const { code, text } = await canary(["install", "design", "--kind", "both", "--key-from", "ADMIN"]);
	expect(text).toMatch(/OK +rights +project DKU_MONITORING has canary_out/);
	expect(text).toContain(
		"- { use: canary-scenario, on: { instance: design }, with: { project: DKU_MONITORING, scenario: CANARY } }",
	);
	expect(code).toBe(0);
	const again = await canary(["install", "design", "--kind", "both", "--key-from", "ADMIN"]);
	expect(again.code).toBe(0);
	expect(again.text.match(/^already there/gm)).toHaveLength(4);
});

test("a dry run changes nothing, and a missing key of the canary is told", async () => {
	const dry = await canary(["install", "keyless", "--project", "PROBES", "--dry-run", "--key-from", "ADMIN"]);
	expect(dry).toMatchObject({ code: 0, text: expect.stringContaining("Nothing was changed.") });
	const { code, text } = await canary(["install", "keyless", "--project", "PROBES", "--key-from", "ADMIN"]);
	expect(text).toMatch(/^made +project PROBES/m);
	expect(text).toContain("The instance has no api_key yet.");
	expect(code).toBe(1);
});

test("the key is asked for where nothing names it, without being shown, and a removal is confirmed", async () => {
	const made = await canary(["install", "design", "--project", "PROBES"], ADMIN);
	expect(made.asked).toEqual(["hidden: API key for design that may create projects (not shown)", "closed"]);
	expect(made.text).toMatch(/^made +project PROBES/m);
	const words = ["remove", "design", "--project", "PROBES", "--key-from", "ADMIN"];
	const kept = await canary(words, "n");
	expect(kept.asked).toEqual([
		expect.stringMatching(/^Delete project PROBES on design, with all that is in it\? .* wiki articles .* \[y\/N\]$/),
		"closed",
	]);
	expect(kept).toMatchObject({ code: 1, text: "left as it is" });
	expect(await canary(words, undefined, true)).toMatchObject({ code: 1 });
	expect(await canary([...words, "--dry-run"])).toMatchObject({ code: 0, text: expect.stringContaining("would be") });
	expect(await canary(words)).toMatchObject({ code: 64, text: expect.stringContaining("--yes") });
	expect(await canary(words, "yes")).toMatchObject({ code: 0, text: expect.stringMatching(/^removed/) });
});

test.each([
	[["install", "design"], "no key that may create projects"],
	[["install", "design", "--key-from", "NOBODY"], "that is set, or file:/path"],
	[["install", "design", "--key-from", ADMIN], "never the secret"],
	[["install", "design", "--key-from", "file:/nonexistent"], "cannot be read"],
	[["install", "desing", "--key-from", "ADMIN"], "unknown instance desing; the configuration has: design, keyless"],
	[["install", "design", "--kind", "all", "--key-from", "ADMIN"], "--kind is one of build, scenario, both"],
	[["install", "design", "--project", "A-B", "--key-from", "ADMIN"], "letters, digits and _"],
])("canary %j is refused: %s", async (words, message) => {
	const { code, text } = await canary(words);
	expect(code).toBe(64);
	expect(text).toContain(message);
});
