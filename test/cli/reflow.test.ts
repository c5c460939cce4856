import { expect, test } from "vitest";
import { reflow } from "../../src/cli/reflow.ts";

const HELP = `Usage: p [options]

Watches until SIGTERM, which lets it
deliver what is due first.

Examples:
  p run --with --a --long --line --that --can --be --copied
  p run

Exit codes: 0 ok`;

test("paragraphs are broken anew at the width of the terminal, and what is indented stays", () => {
	expect(reflow(HELP, 30)).toBe(`Usage: p [options]

Watches until SIGTERM, which
lets it deliver what is due
first.

Examples:
  p run --with --a --long --line --that --can --be --copied
  p run

Exit codes: 0 ok`);
	expect(reflow(HELP, 80)).toContain("\nWatches until SIGTERM, which lets it deliver what is due first.\n");
});

test("no line gets wider than people read, and no word is lost", () => {
	const words = Array.from({ length: 200 }, (_, index) => `word${index}`).join(" ");
	const text = reflow(words, 400);
	expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
	expect(text.split(/\s+/).join(" ")).toBe(words);
	expect(reflow("a-word-that-is-wider-than-the-terminal b", 10)).toBe("a-word-that-is-wider-than-the-terminal\nb");
});
