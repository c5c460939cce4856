import fc from "fast-check";
import { expect, test } from "vitest";
import { fileNameTest } from "../../src/host/glob.ts";
import { mountOf } from "../../src/host/space.ts";

const MOUNTS = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
30 22 8:17 / /data rw,noatime - xfs /dev/sdb1 rw
31 30 0:40 / /data/my\\040nfs ro,relatime master:2 shared:3 - nfs4 host:/x rw,vers=4.2
32 22 8:33 / /data rw - ext4 /dev/sdc1 ro,errors=remount-ro
`;

test.each([
	["/data/dss", { point: "/data", type: "ext4", isReadOnly: true }],
	["/data", { point: "/data", type: "ext4", isReadOnly: true }],
	["/data/my nfs/x", { point: "/data/my nfs", type: "nfs4", isReadOnly: true }],
	["/database", { point: "/", type: "ext4", isReadOnly: false }],
])("%s lies in the mount that covers it last and nearest", (path, mount) => {
	expect(mountOf(MOUNTS, path)).toEqual(mount);
});

test.each<[string, readonly string[], readonly string[]]>([
	["*.tar.gz", ["a.tar.gz", ".tar.gz"], ["a.tar.gz.part", "atar.gz", "tar.gz"]],
	["dss-*-full.?", ["dss-1-full.a", "dss--full.1"], ["dss-full.a", "dss-1-full.", "Dss-1-full.a"]],
	["*", ["", "x"], []],
	["a*b*c", ["abc", "a1b2c", "abbcc"], ["acb", "ab", "ac"]],
	["plain", ["plain"], ["plain2", "aplain"]],
	["a.b", ["a.b"], ["axb"]],
	["aa*aa", ["aaaa", "aaxaa"], ["aaa", "aa"]],
])("the pattern %s", (pattern, meant, others) => {
	const isMeant = fileNameTest(pattern);
	expect(meant.filter((name) => !isMeant(name))).toEqual([]);
	expect(others.filter(isMeant)).toEqual([]);
});

test("a pattern means the same as the regular expression that it looks like", () => {
	const word = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
	fc.assert(
		fc.property(word, fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 }), (pattern, name) => {
			const plain = new RegExp(`^${pattern.replaceAll(/\*+/g, ".*").replaceAll("?", ".")}$`);
			expect(fileNameTest(pattern)(name)).toBe(plain.test(name));
		}),
		{ numRuns: 200 },
	);
});

test("many stars take no time", () => {
	const began = performance.now();
	expect(fileNameTest("*a".repeat(60))("a".repeat(250).concat("b"))).toBe(false);
	expect(performance.now() - began).toBeLessThan(50);
});
