import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aDss, aFolder, configured, type RunOptions, run, SECRETS } from "../support/program.ts";

/** Makes the program fail by itself, as a defect of ours would, once it is under way. */
function broken(message: string): RunOptions {
	const code = `const error = new Error(${JSON.stringify(message)}, { cause: new Error("of ${SECRETS.HOOK_SECRET}") });
		const fail = () => { if (process.listenerCount("uncaughtException") > 0) throw error; };
		setTimeout(() => setInterval(fail, 10), 700);`;
	return { env: { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}` } };
}

/** The machine may be slow. */
const PATIENT = { zabbix: ["--deadline", "30s"], nagios: ["-t", "30"] };

/** A node that answers nothing: whoever asks it is still at work when the program fails. */
async function aHangingDss() {
	const { url, faults } = await aDss();
	await faults.set({ fault: "hang" });
	return configured(url, {
		channels: ['pager: { type: webhook, url: "http://127.0.0.1:9/", secret: "${HOOK_SECRET}" }'],
	});
}

test("a run for cron that fails by itself ends with 70, not with the code of a warning, and tells no secret", async () => {
	const { file } = await aHangingDss();
	const { code, stdout, stderr } = await run(["--once", "-c", file], broken(`a slip with ${SECRETS.DSS_KEY}`));
	expect({ code, stdout }).toEqual({ code: 70, stdout: "" });
	expect(stderr).toMatch(/^dss-probe failed: Error: a slip with \[secret\]\n {4}at /m);
	expect(stderr).toMatch(/^caused by Error: of \[secret\]\n {4}at /m);
});

test("Zabbix and Nagios get an answer in their own shape also where the program fails by itself", async () => {
	const { file } = await aHangingDss();
	const [verdict, master, plugin] = await Promise.all([
		run(["zabbix", "get", "design", "get-configuration", "-c", file, ...PATIENT.zabbix], broken("a slip")),
		run(["zabbix", "json", "design", "-c", file, ...PATIENT.zabbix], broken("a slip")),
		run(["nagios", "design", "get-configuration", "--config", file, ...PATIENT.nagios], broken("a slip")),
	]);
	expect(verdict).toMatchObject({ code: 0, stdout: "3\n", stderr: "" });
	expect(master).toMatchObject({ code: 0, stderr: "" });
	expect(JSON.parse(master.stdout)).toMatchObject({ probe: 0, verdict: 3, error: "a slip" });
	expect(plugin).toMatchObject({ code: 3, stdout: "DSS UNKNOWN - dss-probe: a slip\n", stderr: "" });
});

test("a demonstration that cannot start ends at once, with 70 or with its reason, and leaves nothing behind", async () => {
	const temporary = aFolder();
	const lost = await run(["--demo"], { env: { TMPDIR: join(temporary, "not-there") } });
	expect(lost).toMatchObject({ code: 70, stdout: "" });
	expect(lost.stderr).toContain("dss-probe failed: Error: ENOENT");

	// What it writes for itself is spoilt.
	const code = `const fs = process.getBuiltinModule("node:fs"); const real = fs.writeFileSync;
		fs.writeFileSync = (path, ...rest) => { real(path, ...rest); if (/alerts\\.yaml$/.test(path)) real(path, "instances: 1"); };
		process.getBuiltinModule("node:module").syncBuiltinESMExports();`;
	const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(code)}`;
	const refused = await run(["--demo"], { env: { TMPDIR: temporary, NODE_OPTIONS } });
	expect(refused.code).toBe(78);
	expect(readdirSync(temporary).filter((name) => name.startsWith("dss-probe-demo-"))).toEqual([]);
});
