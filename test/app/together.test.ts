import { expect, test } from "vitest";
import { createTogether } from "../../src/app/together.ts";
import type { HandOver } from "../../src/pipeline/telling.ts";
import { virtualClock } from "../support/clock.ts";
import { notification } from "../support/notifications.ts";

const NOTHING: HandOver = { fresh: [], joined: [], cancelled: [] };

function setUp() {
	const clock = virtualClock();
	const seen: string[] = [];
	const together = createTogether({
		clock,
		commit: (...changes) => void seen.push(`stored ${changes.map(({ forgotten }) => forgotten).join(" ")}`),
		tell: ({ fresh, joined, cancelled }) => {
			seen.push(
				`told ${[...fresh, ...joined].map(({ id }) => id).join(" ")}${cancelled.map(({ id }) => id).join(" ")}`,
			);
		},
	});
	const decide = (name: string) => {
		together.commit({ forgotten: [name] });
		together.tell({ ...NOTHING, fresh: [notification({ id: name })] });
	};
	return { clock, seen, together, decide };
}

test("the decisions of one turn are stored in one transaction, and told after it in their order", async () => {
	const { clock, seen, decide } = setUp();
	decide("a");
	decide("b");
	expect(seen).toEqual([]);
	await clock.advance(1);
	expect(seen).toEqual(["stored a b", "told a", "told b"]);
	decide("c");
	await clock.advance(1);
	expect(seen.slice(3)).toEqual(["stored c", "told c"]);
	expect(clock.pending()).toBe(0);
});

test("a message that is taken back or changed is so before the turn ends, after all that was decided before", () => {
	const { seen, together, decide } = setUp();
	decide("a");
	together.commit({ forgotten: ["b"] });
	together.tell({ ...NOTHING, cancelled: [notification({ id: "a" })] });
	expect(seen).toEqual(["stored a b", "told a", "told a"]);
});

test("what is stored from elsewhere comes after what was committed, and nobody is told early", async () => {
	const { clock, seen, together, decide } = setUp();
	decide("a");
	together.store();
	expect(seen).toEqual(["stored a"]);
	await clock.advance(1);
	expect(seen).toEqual(["stored a", "told a"]);
});

test("at the end all is stored and told at once", () => {
	const { clock, seen, together, decide } = setUp();
	decide("a");
	together.settle();
	together.settle();
	expect(seen).toEqual(["stored a", "told a"]);
	expect(clock.pending()).toBe(0);
});
