import { expect, onTestFinished, test } from "vitest";
import { answering, closedPort, httpReceiver } from "../support/http-receiver.ts";
import { mailServer } from "../support/mail-server.ts";
import { configured, mustHoldNoSecret, run, SECRETS } from "../support/program.ts";

test("each channel gets one harmless message, and what came of it is shown", async () => {
	const pager = await httpReceiver(answering(204));
	const slack = await httpReceiver(answering(404, "no_service"));
	const mail = await mailServer();
	onTestFinished(() => Promise.all([pager.close(), slack.close(), mail.close()]).then(() => {}));
	const { file } = configured("http://127.0.0.1:1", {
		channels: [
			`mail: { type: email, smtp: "smtp://127.0.0.1:${mail.port}", from: probe@ci.test, to: [ops@ci.test] }`,
			`slack: { type: slack, url: "http://127.0.0.1:${slack.port}/services/\${SLACK_PATH}" }`,
			`pager: { type: webhook, url: "http://127.0.0.1:${pager.port}/", secret: "\${HOOK_SECRET}" }`,
		],
		routes: ["- to: [mail, slack, pager]"],
	});
	const { code, stdout, stderr } = await run(["test-notify", "-c", file]);
	expect(stdout).toMatch(/SENT +mail +email/);
	expect(stdout).toMatch(/FAILED +slack +slack +.*404/);
	expect(stdout).toMatch(/SENT +pager +webhook +HTTP 204/);
	expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
	expect(JSON.parse(pager.requests[0]?.body ?? "")).toMatchObject({ type: "test", data: { alerts: [] } });
	expect(mail.mails).toHaveLength(1);
	for (const { body } of [...pager.requests, ...slack.requests]) mustHoldNoSecret(body);
	mustHoldNoSecret(mail.mails[0]?.raw ?? "");

	const one = await run(["test-notify", "pager", "-c", file]);
	expect(one.code).toBe(0);
	expect(one.stdout).not.toContain("slack");
	const none = await run(["test-notify", "pagre", "-c", file]);
	expect(none).toMatchObject({ code: 64, stdout: "" });
	expect(none.stderr).toContain("unknown channel pagre; the configuration has: mail, slack, pager");
});

test("a mail server that is not there, or refuses the password, is said without the password", async () => {
	const mail = await mailServer({ password: "another" });
	onTestFinished(() => mail.close());
	const password = encodeURIComponent(SECRETS.SMTP_PASSWORD);
	const { file } = configured("http://127.0.0.1:1", {
		channels: [
			`refused: { type: email, smtp: "smtp://127.0.0.1:${await closedPort()}", from: probe@ci.test, to: [ops@ci.test] }`,
			`wrong: { type: email, smtp: "smtp://alerts:${password}@127.0.0.1:${mail.port}?requireTLS=false", from: probe@ci.test, to: [ops@ci.test] }`,
		],
		routes: ["- to: [refused, wrong]"],
	});
	const { code, stdout } = await run(["test-notify", "-c", file]);
	expect(code).toBe(2);
	expect(stdout).toMatch(/FAILED +refused +email +.*refused/i);
	expect(stdout).toMatch(/FAILED +wrong +email/);
});
