import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { run, SECRETS, start } from "../support/program.ts";

test("a simulated node runs until it is told to stop, and its faults are switched at its second address", async () => {
	const node = start(["simulate", "--listen", "127.0.0.1:0", "--api-key", SECRETS.DSS_KEY]);
	const [, url = ""] = await node.until(/simulated DSS +(http:\S+)/);
	const [, control = ""] = await node.until(/control +(http:\S+)/);
	const status = async () => (await fetch(`${url}/dip/api/get-configuration`)).status;
	expect(await status()).toBe(200);
	const fault = { method: "POST", body: JSON.stringify({ fault: "gateway", status: 503 }) };
	expect((await fetch(`${control}faults`, fault)).status).toBe(200);
	expect(await status()).toBe(503);
	await fetch(`${control}faults`, { method: "DELETE" });
	expect(await status()).toBe(200);
	node.process.kill("SIGTERM");
	expect(await node.ended).toMatchObject({ code: 0, stderr: "" });
});

test("an address that makes no sense is 64, one that is taken 69", async () => {
	const taken = createServer();
	await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => void taken.close());
	const { port } = taken.address() as { port: number };
	const [odd, busy] = await Promise.all([
		run(["simulate", "--api-key", "k", "--listen", "everywhere"]),
		run(["simulate", "--api-key", "k", "--listen", `127.0.0.1:${port}`]),
	]);
	expect(odd).toMatchObject({ code: 64, stdout: "" });
	expect(odd.stderr).toContain("--listen everywhere is not an address and a port");
	expect(busy).toMatchObject({ code: 69, stdout: "" });
	expect(busy.stderr).toMatch(/cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE/);
});
