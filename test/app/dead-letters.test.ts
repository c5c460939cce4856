import { expect, test } from "vitest";
import { createDeadLetters } from "../../src/app/dead-letters.ts";
import { notification, snapshot } from "../support/notifications.ts";

const HOUR = 3_600_000;

test("messages that were given up count for an hour, by channel, with the newest reason", () => {
	const letters = createDeadLetters();
	letters.note(notification({ channel: "mail" }), 0, "refused: 550");
	letters.note(notification({ channel: "pager" }), 10, "refused: HTTP 404");
	letters.note(notification({ channel: "mail" }), 20, "refused: 552");
	expect(letters.lately(HOUR - 1)).toEqual([
		{ channel: "mail", count: 2, error: "refused: 552" },
		{ channel: "pager", count: 1, error: "refused: HTTP 404" },
	]);
	expect(letters.lately(HOUR + 10)).toEqual([{ channel: "mail", count: 1, error: "refused: 552" }]);
	expect(letters.lately(HOUR + 20)).toEqual([]);
});

test("messages about the program itself do not count, so that their own loss does not keep the trouble alive", () => {
	const letters = createDeadLetters();
	const self = snapshot({ instance: "dss-probe", check: "self" });
	letters.note(notification({ alerts: [self] }), 0, "refused");
	expect(letters.lately(1)).toEqual([]);
	letters.note(notification({ alerts: [self, snapshot()] }), 0, "refused");
	expect(letters.lately(1)).toMatchObject([{ count: 1 }]);
});
