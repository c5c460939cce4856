import { expect, test } from "vitest";
import { bytesText, size } from "../../src/model/size.ts";

test.for([
	[1_000, 1_000],
	["1MB", 1_000_000],
	["1.5 kB", 1_500],
	["4MiB", 4_194_304],
	["10KB", 10_000],
	["7B", 7],
	["10GB", 1e10],
	["2TB", 2e12],
	["1 GiB", 1_073_741_824],
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

test("bytes are shown in the unit that fits", () => {
	expect(
		[0, 999, 1_000, 1_500, 1_048_576, 500_000_000, -2_300_000_000, 4e15, 999_600, 999_400, 999.6, 1e6].map(bytesText),
	).toEqual([
		"0 B",
		"999 B",
		"1 kB",
		"1.5 kB",
		"1.05 MB",
		"500 MB",
		"-2.3 GB",
		"4000 TB",
		"1 MB",
		"999 kB",
		"1 kB",
		"1 MB",
	]);
});
