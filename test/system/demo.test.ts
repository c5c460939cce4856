import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { start } from "../support/program.ts";

const DEMO_FOLDER = /dss-probe-demo-/;
const folders = () => readdirSync(tmpdir()).filter((name) => DEMO_FOLDER.test(name));

test("where nothing is configured, a demonstration shows a first alert and its recovery within a minute", async () => {
	const before = folders();
	const demo = start([]);
	await demo.until(/DEMONSTRATION: no DSS is configured/, 20_000);
	const [, configuration = ""] = await demo.until(/configuration +(\S+)/);
	expect(configuration).toMatch(DEMO_FOLDER);
	const [, url = ""] = await demo.until(/status page +(http:\S+)/);
	expect((await fetch(url)).status).toBe(200);
	await demo.until(/\[pager\] alert\.firing: CRITICAL demo\/get-configuration: nginx up, DSS backend down/, 60_000);
	await demo.until(/\[mail to ops@demo\.example\] CRITICAL demo\/get-configuration/, 10_000);
	await demo.until(/\[pager\] alert\.resolved: RESOLVED demo\/get-configuration/, 60_000);
	demo.process.kill("SIGINT");
	const { code, stdout, stderr } = await demo.ended;
	expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
	// A pipe gets no colours, and the story of one minute fits on a screen or two.
	expect(stdout).not.toContain("\u001b[");
	expect(stdout.split("\n").length).toBeLessThan(120);
	expect(folders()).toEqual(before);
	await expect(fetch(url)).rejects.toThrow();
});
