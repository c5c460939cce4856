import fc from "fast-check";
import { expect, test } from "vitest";
import { composeMessage } from "../../src/notify/message.ts";
import { MOST_IN_SLACK, type SlackMessage, toSlack } from "../../src/notify/slack-blocks.ts";
import { notification, snapshot } from "../support/notifications.ts";

const slackOf = (...alerts: ReturnType<typeof snapshot>[]) =>
	toSlack(composeMessage(notification({ alerts }), MOST_IN_SLACK));
const blocksOf = ({ blocks, attachments }: SlackMessage) => [...blocks, ...attachments.flatMap((one) => one.blocks)];

test("the colour of each alert follows its level", () => {
	const { attachments } = slackOf(snapshot({ check: "a" }), snapshot({ check: "b", level: "warning" }));
	expect(attachments.map(({ color }) => color)).toEqual(["#c0262d", "#b45f06", "#c0262d"]);
});

test("a name cannot call anybody or forge a link", () => {
	const message = JSON.stringify(slackOf(snapshot({ summary: "<!channel> <https://evil.example|ok> & done" })));
	expect(message).toContain("&lt;!channel&gt; &lt;https://evil.example|ok&gt; &amp; done");
	expect(message).not.toContain("<!");
});

test("whatever the alerts say, the message keeps to the limits of Block Kit", () => {
	const words = fc.string({ unit: "binary", maxLength: 4_000 });
	const alert = fc.record({
		check: words,
		summary: words,
		about: words,
		failed: fc.array(fc.constant("<&>".repeat(1_000)), { maxLength: 9 }),
	});
	fc.assert(
		fc.property(fc.array(alert, { minLength: 1, maxLength: 60 }), (alerts) => {
			const message = slackOf(...alerts.map((given) => snapshot(given)));
			const blocks = blocksOf(message);
			expect(blocks.length).toBeLessThanOrEqual(50);
			expect(message.text.length).toBeLessThanOrEqual(3_000);
			for (const block of blocks) {
				if (block.type === "header") expect(block.text.text.length).toBeLessThanOrEqual(150);
				else if (block.type === "section") expect(block.text.text.length).toBeLessThanOrEqual(3_000);
				else for (const { text } of block.elements) expect(text.length).toBeLessThanOrEqual(2_000);
				const text = JSON.stringify(block);
				// What is left of an escape is always whole.
				expect(text.replace(/&(?:amp|lt|gt);/g, "")).not.toContain("&");
			}
			expect(blocks.some((block) => block.type !== "context" && block.text.text === "")).toBe(false);
		}),
		{ numRuns: 50 },
	);
});
