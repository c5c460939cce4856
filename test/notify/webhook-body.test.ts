import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { testNotification } from "../../src/notify/notify.ts";
import { webhookBody, webhookSchema } from "../../src/notify/webhook-body.ts";
import { webhookPayload } from "../../src/notify/webhook-payload.ts";
import { MONDAY_MORNING } from "../support/clock.ts";
import { notification, snapshot } from "../support/notifications.ts";

const SHIPPED = new URL("../../schema/webhook.schema.json", import.meta.url);

test("the shipped JSON Schema is the one that the code writes by", () => {
	expect(JSON.parse(readFileSync(SHIPPED, "utf8"))).toEqual(webhookSchema());
});

test.for([
	["a firing", notification()],
	[
		"a recovery",
		notification({ type: "alert.resolved", alerts: [snapshot({ state: "resolved", resolvedAt: MONDAY_MORNING + 1 })] }),
	],
	["a test", testNotification("pager", MONDAY_MORNING)],
	["a huge group", notification({ alerts: Array.from({ length: 1_000 }, () => snapshot()) })],
] as const)("the body of %s message fits the shipped JSON Schema", ([, sent]) => {
	const schema = z.fromJSONSchema(JSON.parse(readFileSync(SHIPPED, "utf8")));
	expect(schema.safeParse(JSON.parse(webhookPayload(sent))).error).toBeUndefined();
	expect(schema.safeParse({ ...JSON.parse(webhookPayload(sent)), type: "nonsense" }).success).toBe(false);
});

test("whatever one alert says, it is in the body, and the body keeps to its size", () => {
	const long = '"\u{1F525}\\'.repeat(4_000);
	const body = webhookPayload(
		notification({
			severity: long,
			reason: long,
			channel: long,
			alerts: [
				snapshot({
					summary: long,
					about: long,
					failed: [long, long, long, long, long, long],
					labels: Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`${index}${long}`, long])),
					values: Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`${index}${long}`, long])),
					runbook: `https://wiki.example/${long}`,
					url: `https://design.example/${long}`,
				}),
			],
		}),
	);
	expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000);
	expect(JSON.parse(body).data).toMatchObject({ truncated: 0, alerts: [{ check: "get-configuration" }] });
});

test("the body tells of flapping, of who acknowledged, and of a problem that never arrived", () => {
	const ack = { incident: "inc", at: 0, author: "anna", comment: "" };
	const alerts = [
		snapshot({ check: "a", flapping: true, ack }),
		snapshot({ check: "b", state: "resolved", resolvedAt: 1, undelivered: "refused: HTTP 404" }),
		snapshot({ check: "c" }),
	];
	const [a, c, b] = webhookBody.parse(JSON.parse(webhookPayload(notification({ alerts })))).data.alerts;
	expect(a).toMatchObject({ flapping: true, acknowledged_by: "anna" });
	expect(b).toMatchObject({ check: "b", undelivered: "refused: HTTP 404" });
	for (const name of ["flapping", "acknowledged_by", "undelivered"]) expect(c).not.toHaveProperty(name);
});
