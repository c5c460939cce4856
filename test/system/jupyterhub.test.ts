import { afterAll, beforeAll, expect, test } from "vitest";
import { type JupyterHub, startJupyterHub, until } from "../support/jupyterhub.ts";
import { configured, run, SECRETS } from "../support/program.ts";

let hub: JupyterHub;
let file: string;
beforeAll(async () => {
	hub = await startJupyterHub(SECRETS.DSS_KEY);
	const checks = [
		"- jupyterhub-health",
		"- jupyterhub",
		"- jupyterhub-users",
		'- { use: jupyterhub, as: by-token, with: { auth: null, authorization: "token ${DSS_KEY}" } }',
	];
	file = configured(hub.url, { checks }).file;
});
afterAll(() => hub?.close());

const once = (env: Readonly<Record<string, string>> = {}) => run(["--once", "-c", file], { env });
const value = async (check: string, field: string) => {
	const { stdout } = await run(["zabbix", "get", "design", check, field, "-c", file]);
	return stdout.trim();
};

test("the shipped checks follow a JupyterHub: users, servers, its latency between two looks", async () => {
	expect(await hub.call("POST", "/users/bob")).toBe(201);
	const first = await once();
	expect({ code: first.code, out: first.stdout + first.stderr }).toMatchObject({ code: 0 });
	expect(await value("jupyterhub-users", "users")).toBe("1");
	expect(await value("jupyterhub", "servers")).toBe("0");
	// A rate has no value at the first look, and none is not zero.
	expect(await value("jupyterhub", "slow")).toMatch(/^dss-probe: .*slow was not measured/);
	expect([201, 202]).toContain(await hub.call("POST", "/users/bob/server"));
	await until(async () => JSON.stringify(await hub.user("bob")).includes('"ready":true'), "bob's server");
	expect((await once()).code).toBe(0);
	expect(await value("jupyterhub", "servers")).toBe("1");
	expect(await value("by-token", "servers")).toBe("1");
	expect(Number(await value("jupyterhub", "slow"))).toBeGreaterThan(0);
	expect(await value("jupyterhub-users", "starting")).toBe("0");
});

test("a wrong token is told as that: the hub is up", async () => {
	const { code, stdout, stderr } = await once({ DSS_KEY: "not-the-token-of-the-hub" });
	expect(code).toBe(2);
	expect(stdout + stderr).toMatch(/design\/jupyterhub\b.*the feed refuses the key or token, its server is up/);
	expect(stdout + stderr).toMatch(/design\/jupyterhub-users\b.*the feed refuses the key or token/);
	expect(stdout + stderr).toMatch(/OK +design\/jupyterhub-health/);
});

test("a proxy that was killed is seen, and that the hub has started it again", async () => {
	const { code, stdout, stderr } = await hub.withoutProxy(once);
	expect({ code, out: stdout + stderr }).toMatchObject({ code: 2 });
	expect(stdout + stderr).toMatch(/CRITICAL +design\/jupyterhub-health.*refused/);
	// The hub itself runs all the while.
	expect((await fetch(`${hub.hubUrl}/hub/health`)).status).toBe(200);
	await until(hub.isUp, "the proxy");
	const after = await once();
	expect({ code: after.code, out: after.stdout + after.stderr }).toMatchObject({ code: 0 });
});
