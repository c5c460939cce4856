import { expect, test } from "vitest";
import { size } from "../../src/model/size.ts";

test.for([
	[1_000, 1_000],
	["1MB", 1_000_000],
	["1.5 kB", 1_500],
	["4MiB", 4_194_304],
	["10KB", 10_000],
	["7B", 7],
] as const)("%s is read as %d bytes", ([given, bytes]) => {
	expect(size().parse(given)).toBe(bytes);
});

test.for(["1", "MB", "-1MB", "1 mb", "", 0, -5, 1.5, null])(
	"%j is refused with an example of what is right",
	(given) => {
		const read = size().safeParse(given);
		expect(read.error?.issues[0]?.message).toContain("512kB, 1MB or 4MiB");
	},
);
