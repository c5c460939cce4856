import { expect, test } from "vitest";
import { liveStory, WITH_ADMIN } from "../support/live-story.ts";

const INSIDE = ["kernels", "people", "work", "usage", "licence", "connections"];
const CHECKS = [
	"- get-configuration",
	"- public-api",
	...INSIDE.map((name) => `- { use: ${name}, every: 5m, retry_every: 1m }`),
];
const MINUTE = 60;

test.each([
	["the admin key is revoked", { fault: "key_revoked", key: "admin" }, "key_rejected"],
	["the admin key is none any more", { fault: "right_missing", right: "INSTANCE_ADMIN" }, "right_missing"],
] as const)("%s: one page for all checks that use it, and one when it is over", async (_, fault, cause) => {
	await using story = await liveStory({ checks: CHECKS, instance: WITH_ADMIN });
	await story.pass(2 * MINUTE);
	expect(story.told()).toEqual([]);
	await story.faults.set(fault);
	await story.pass(30 * MINUTE);
	const [page, ...more] = story.told();
	expect(more).toEqual([]);
	expect(page).toMatch(new RegExp(`^alert\\.firing \\[\\w+ firing\\] ${cause}$`));
	await story.faults.clear();
	await story.pass(15 * MINUTE);
	expect(story.told()).toEqual([
		page,
		page?.replace("alert.firing", "alert.resolved").replace(" firing]", " resolved]"),
	]);
});

test("what is bad for another reason is told beside it, and what is bad for itself when the key is back is told then", async () => {
	await using story = await liveStory({ checks: CHECKS, instance: WITH_ADMIN });
	await story.pass(2 * MINUTE);
	await story.faults.set({ fault: "key_revoked", key: "admin" });
	await story.pass(20 * MINUTE);
	expect(story.told()).toHaveLength(1);
	await story.faults.set({ fault: "slow", ms: 3_000, path: "/dip/api/get-configuration" });
	await story.pass(10 * MINUTE);
	expect(story.told().slice(1)).toEqual(["alert.firing [get-configuration firing] backend_slow"]);
	await story.faults.clear();
	await story.faults.set({ fault: "licence_expired" });
	await story.pass(30 * MINUTE);
	const told = story.told().slice(2);
	expect(told).toContain("alert.firing [licence firing] licence");
	expect(told.filter((line) => line.startsWith("alert.firing"))).toHaveLength(1);
	expect(told.filter((line) => line.startsWith("alert.resolved"))).toHaveLength(2);
});

test("outages that come again and again are told as they are, and no slow check inside DSS seems to go to and fro", async () => {
	// Few looks: this is half a day.
	const often = "every: 5m, retry_every: 1m";
	const checks = [
		`- { use: get-configuration, ${often} }`,
		`- { use: public-api, ${often} }`,
		"- { use: usage, every: 30m, retry_every: 5m }",
	];
	await using story = await liveStory({ checks, instance: WITH_ADMIN });
	for (let outage = 1; outage <= 8; outage++) {
		await story.pass(50 * MINUTE);
		await story.faults.set({ fault: "gateway" });
		await story.pass(40 * MINUTE);
		await story.faults.clear();
		await story.pass(15 * MINUTE);
	}
	expect(story.told()).toHaveLength(16);
	expect(story.told().filter((line) => line.includes("usage") || line.includes("flapping"))).toEqual([]);
});
