import { expect, test } from "vitest";
import { letThrough } from "../support/slips.ts";

test("a slip of one letter in a key is refused in a file with every option, but for names that nothing refers to", () => {
	const file = "test/config/good/everything.yaml";
	const free = [
		".instances.local",
		".channels.alive",
		".channels.pager.headers.X-Team",
		".checks[].with.headers.Accept",
		".sinks.zabbix",
		".sinks.second",
	];
	expect(letThrough(file, file, free, undefined, true)).toEqual([]);
});
