import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseStat, splitArguments } from "../../src/host/proc.ts";
import { naming, type Role, signOf } from "../../src/host/roles.ts";

test.each<[Role | undefined, string]>([
	["backend", "/opt/jdk/bin/java -Xmx6g -Ddku.backend -cp x"],
	["backend", "java com.dataiku.dip.DSSBackendMain"],
	["jek", "java -cp x com.dataiku.dip.DSSJobKernelMain"],
	["jek", "java -Ddku.jek=1"],
	["fek", "java -Ddku.fek"],
	["fek", "java DSSFutureKernelName"],
	["govern", "java -Ddku.governserver"],
	["apimain", "java com.dataiku.lambda.apimain"],
	["supervisord", "/usr/bin/python3 /data/bin/supervisord -c y"],
	["supervisord", "/usr/bin/supervisord -n"],
	["jupyter", "python3.9 -m notebook"],
	["jupyter", "python3 /data/bin/jupyter-notebook"],
	["kernel", "python -m ipykernel_launcher -f k.json"],
	["kernel", "/usr/lib/R/bin/exec/R --slave -e IRkernel::main() --args k.json"],
	["ml", "python -m dataiku.doctor.server 1 2"],
	["nginx", "nginx: master process /usr/sbin/nginx -c /data/run/nginx.conf"],
	// Who only speaks of them is none of them.
	[undefined, "vim -Ddku.backend /data/dss/run/backend.log"],
	[undefined, "grep -r DSSJobKernelMain /data/dss"],
	[undefined, "sudo -u dataiku java -Ddku.backend"],
	[undefined, "java -Ddku.BACKEND"],
	[undefined, "java -Ddku.backendish"],
	[undefined, "java -Dx=-Ddku.backend"],
	[undefined, "tail -f supervisord"],
	[undefined, "python3 -c x y z supervisord"],
	[undefined, "nginx: worker process"],
	[undefined, ""],
])("%s is claimed by: %s", (role, line) => {
	expect(signOf(line === "" ? [] : line.split(" "))).toBe(role);
});

describe("a data directory is named", () => {
	const isNamed = naming(["/data/dss", "/mnt/real/dss/"]);

	test.each(["/data/dss", "/data/dss/run/nginx.conf", "-Ddir=/data/dss", "/a.jar:/data/dss/lib", "/mnt/real/dss/x"])(
		"by %s",
		(text) => expect(isNamed(text)).toBe(true),
	);

	test.each(["/data/dss2", "/data/dss2/x", "/mnt/data/dss", "data/dss", "/DATA/dss", "/data/dss-old", "/data/ds"])(
		"but not by %s",
		(text) => expect(isNamed(text)).toBe(false),
	);
});

test("stat is read whatever the program calls itself", () => {
	const rest = "S 7 1 1 0 -1 4194304 0 0 0 0 150 50 0 0 20 0 1 0 12345 9 9";
	fc.assert(
		fc.property(fc.string({ maxLength: 15 }), (name) => {
			const found = parseStat(`42 (${name}) ${rest}`);
			expect(found).toEqual({ pid: 42, parent: 7, name, state: "S", cpuTicks: 200, startTicks: 12345 });
		}),
		{ numRuns: 50 },
	);
});

test.each(["", "42", "42 (x", "42 (x) S", "x (y) S 1", "42 (x) S a b c d e f g h i j k l m n o p q r s t"])(
	"half a stat is none: %s",
	(text) => expect(parseStat(text)).toBeUndefined(),
);

test("arguments keep their blanks; a rewritten title is split at them", () => {
	expect(splitArguments("java\0-Dx=a b\0\0")).toEqual(["java", "-Dx=a b"]);
	expect(splitArguments("nginx: master process nginx -c /d/n.conf\0\0\0")).toHaveLength(6);
	expect(splitArguments("")).toEqual([]);
});
