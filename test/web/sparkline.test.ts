import { expect, test } from "vitest";
import { sparkline } from "../../src/web/sparkline.ts";
import { recentSamples } from "../support/web-view.ts";

test("no samples draw nothing", () => {
	expect(sparkline([]).text).toBe("");
});

test("each level has its own colour, bad bars a mark, and all is said in words", () => {
	const drawing = sparkline([
		{ at: 0, level: "ok", durationMs: 50 },
		{ at: 1, level: "critical", durationMs: 100 },
	]).text;
	expect(drawing).toContain('<path class="ok" d="M115 21v-10"/>');
	expect(drawing).toContain('<path class="critical" d="M118 21v-20M118 24v-2"/>');
	expect(drawing).toContain("<title>Last 2 samples: 1 ok, 1 critical; 50 ms to 100 ms</title>");
});

test("only the newest forty are drawn, and a run of no time still shows", () => {
	const drawing = sparkline([...recentSamples(), { at: 2, level: "ok", durationMs: 0 }]).text;
	expect(drawing).toContain("Last 40 samples");
	expect(drawing).toContain("M118 21v-2");
	expect(drawing.match(/M/g)?.length).toBe(40);
});
