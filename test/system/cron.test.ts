import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { answering, httpReceiver } from "../support/http-receiver.ts";
import { aDss, configured, run as runProgram, SECRETS } from "../support/program.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** The table that docs/deployment.md shows, due at once, with its paths in `folder`. */
function tableIn(folder: string): string {
	const docs = readFileSync(join(ROOT, "docs/deployment.md"), "utf8");
	const [, table = ""] = /```text\n(\*\/5[\s\S]*?--once[\s\S]*?)```/.exec(docs) ?? [];
	const ours = table
		.replaceAll("/usr/local/bin", join(folder, "bin"))
		.replaceAll("/etc/dss-probe/alerts.yaml", join(folder, "alerts.yaml"));
	const [due, user] = ["*/5 * * * *", "  dss-probe  "];
	expect(ours).toContain(`${due}${user}`);
	return ours.replace(due, "@reboot").replace(user, "  root  ");
}

test("cron hears of trouble only, runs go on from each other, and people are told once of the problem and once of its end", async () => {
	const dss = await aDss();
	const pager = await httpReceiver(answering(204));
	onTestFinished(() => pager.close());
	const { folder, store } = configured(dss.url, {
		checks: ["- { use: get-configuration, fail_after: 2, recover_after: 2 }"],
		channels: [`hook: { type: webhook, url: "http://127.0.0.1:${pager.port}/" }`],
		routes: ["- to: [hook]"],
	});
	mkdirSync(join(folder, "bin"));
	mkdirSync(join(folder, "cron.d"));
	// Cron hands on next to nothing: what the configuration needs of variables has to come from somewhere else.
	const program = `#!/bin/sh\nDSS_KEY='${SECRETS.DSS_KEY}' ${process.execPath} ${ROOT}/src/main.ts "$@"\ncode=$?\necho $code >${folder}/ended\nexit $code\n`;
	writeFileSync(join(folder, "bin/dss-probe"), program);
	chmodSync(join(folder, "bin/dss-probe"), 0o755);
	writeFileSync(join(folder, "cron.d/dss-probe"), tableIn(folder));

	/** One run by cron: its exit code, and the mail that it caused. */
	const run = async (): Promise<{ code: string; mail: string }> => {
		for (const left of ["ended", "mails"]) rmSync(join(folder, left), { force: true });
		const script = join(import.meta.dirname, "private_cron.sh");
		const cron = spawn("unshare", ["--mount", "bash", script, folder], { stdio: ["ignore", "inherit", "inherit"] });
		const gone = once(cron, "exit");
		try {
			await expect.poll(() => existsSync(join(folder, "ended")), { timeout: 20_000 }).toBe(true);
			// Mail leaves after the run.
			await new Promise((done) => setTimeout(done, 500));
		} finally {
			cron.kill("SIGTERM");
			await gone;
		}
		const mail = existsSync(join(folder, "mails")) ? readFileSync(join(folder, "mails"), "utf8") : "";
		return { code: readFileSync(join(folder, "ended"), "utf8").trim(), mail };
	};
	const heard = () => pager.requests.map(({ body }) => (JSON.parse(body) as { type: string }).type);

	expect(await run()).toEqual({ code: "0", mail: "" });
	expect(existsSync(store)).toBe(true);
	await dss.faults.set({ fault: "gateway", status: 502 });
	const { code, mail } = await run();
	expect(code).toBe("2");
	expect(mail).toMatch(/^Subject: Cron .*dss-probe --once --quiet/m);
	expect(mail).toMatch(/CRITICAL +design\/get-configuration +nginx up, DSS backend down/);
	expect(heard()).toEqual([]);
	await run();
	expect(heard()).toEqual(["alert.firing"]);
	await dss.faults.clear("gateway");
	expect(await run()).toEqual({ code: "0", mail: "" });
	expect(heard()).toEqual(["alert.firing"]);
	await run();
	expect(heard()).toEqual(["alert.firing", "alert.resolved"]);
});

test("a quiet run says that runs before it did not come", async () => {
	const dss = await aDss();
	const { file, store } = configured(dss.url);
	const quiet = ["--once", "--quiet", "-c", file];
	expect(await runProgram(quiet)).toMatchObject({ code: 0, stdout: "", stderr: "" });
	const hour = 3_600_000;
	const runs = [5, 4, 3, 2].map((hours) => Date.now() - 23 * hour - hours * hour);
	const database = new DatabaseSync(store);
	database.prepare("UPDATE notes SET value = ? WHERE key = 'once runs'").run(JSON.stringify(runs));
	database.close();
	const { code, stdout, stderr } = await runProgram(quiet);
	expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
	expect(stderr).toMatch(
		/^dss-probe: the last run was 1 d 1 h ago, and they usually come every 1 h: about 24 did not run\./,
	);
});
