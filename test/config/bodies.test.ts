import { join } from "node:path";
import { expect, test } from "vitest";
import { silentLog } from "../../src/log.ts";
import { Secret } from "../../src/model/secret.ts";
import { createChannel } from "../../src/notify/notify.ts";
import { sendOnce } from "../notify/contract.ts";
import { EXAMPLE_ENV, loadExample } from "../support/config.ts";
import { answering, httpReceiver } from "../support/http-receiver.ts";
import { notification } from "../support/notifications.ts";

test("a template file beside the configuration is read with it, so that the channel needs no file any more", async () => {
	const loaded = loadExample(join(import.meta.dirname, "good"), "everything.yaml");
	if (!loaded.ok) throw new Error("the example is not in order");
	const options = loaded.config.channels.get("own");
	if (options?.type !== "webhook") throw new Error("the example has another channel");
	const http = await httpReceiver(answering(204));
	const readText = () => {
		throw new Error("no file is read any more");
	};
	const url = new Secret(`http://127.0.0.1:${http.port}/base/`);
	const channel = createChannel("own", { ...options, url }, { log: silentLog, readText });
	try {
		expect(channel.resendMs).toBe(120_000);
		expect(await sendOnce(channel, notification())).toMatchObject({ result: "sent" });
		expect(http.requests[0]?.path).toBe("/base/ops");
		expect(JSON.parse(http.requests[0]?.body ?? "")).toMatchObject({
			team: EXAMPLE_ENV.API_KEY,
			colour: "red",
			alerts: [{ name: "design/get-configuration" }],
		});
	} finally {
		channel.close();
		await http.close();
	}
});
