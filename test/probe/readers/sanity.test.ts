import { expect, test } from "vitest";
import { kinds } from "../../../src/probe/probe.ts";
import { answer, faultServer } from "../../support/fault-server.ts";
import { probeContext } from "../../support/probe-context.ts";

const api = { "content-type": "application/json", "dss-version": "14.3.1" };
const message = (severity: string, code: string, title = code) => ({
	severity,
	code,
	title,
	message: `${title}: more`,
});

/** Looks at what the messages come to, night after night. */
async function nights(all: readonly (readonly object[])[], ignore: string[] = []) {
	let night = 0;
	const context = probeContext("http://unused");
	const found = [];
	for (const messages of all) {
		night++;
		await using server = await faultServer(
			answer("200 OK", JSON.stringify({ hasResult: true, result: { messages } }), api),
		);
		const instance = { ...context.instance, url: server.url };
		found.push(await kinds["dss-sanity"].measure({ kind: "dss-sanity", ignore }, { ...context, instance }));
		if (night === 1) expect(server.requests[0]).toMatch(/^POST \/public\/api\/admin\/sanity-check\/run HTTP/);
	}
	return found;
}

test("messages are counted by severity and named, the worst first, with what to do where that is known", async () => {
	const [found] = await nights([
		[
			message("INFO", "INFO_X"),
			message("WARNING", "WARN_JOBS_NO_LIMIT", "No limit on jobs"),
			message("SUCCESS", "FINE"),
			message("ERROR", "ERR_MISC_DISK_FULL", "Disk is full"),
			message("WARNING", "WARN_OTHER", "Something else"),
		],
	]);
	expect(found?.values).toMatchObject({
		errors: 1,
		warnings: 2,
		infos: 1,
		new: 0,
		worst: "ERR_MISC_DISK_FULL",
		codes: "ERR_MISC_DISK_FULL WARN_JOBS_NO_LIMIT WARN_OTHER INFO_X",
	});
	expect(found?.seen).toBe(
		"1 error, 2 warnings: Disk is full (ERR_MISC_DISK_FULL: free space in the data directory, old job and scenario logs first); " +
			"No limit on jobs (WARN_JOBS_NO_LIMIT: limit the running jobs and activities); Something else (WARN_OTHER)",
	);
	expect(Object.keys(found?.values ?? {}).filter((name) => !(name in kinds["dss-sanity"].values))).toEqual([]);
});

test("what the look before did not have is new, once; what is ignored is not there", async () => {
	const [known, other] = [message("WARNING", "WARN_A"), message("WARNING", "WARN_B")];
	const found = await nights([[known], [known], [known, other], [known, other], [other]], ["WARN_C"]);
	expect(found.map(({ values }) => values["new"])).toEqual([0, 0, 1, 0, 0]);
	const [quiet] = await nights([[known, other]], ["WARN_A", "WARN_B"]);
	expect(quiet).toMatchObject({
		values: { warnings: 0, worst: "", codes: "" },
		seen: "the sanity check found nothing to complain of",
	});
});

test("an answer that is no set of messages is said to be unknown", async () => {
	await using server = await faultServer(answer("200 OK", '{"hasResult":true,"result":{"fine":1}}', api));
	expect(await kinds["dss-sanity"].measure({ kind: "dss-sanity", ignore: [] }, probeContext(server.url))).toMatchObject(
		{
			fault: { code: "reply_unknown" },
		},
	);
});

test.each([
	[
		"members that are null",
		{ messages: [null, { severity: "WARNING", code: null, title: null }, { severity: null }] },
		1,
	],
	["no messages at all", { anyMessage: false }, 0],
])("a set with %s is read", async (_, result, warnings) => {
	await using server = await faultServer(answer("200 OK", JSON.stringify({ hasResult: true, result }), api));
	const context = probeContext(server.url);
	const found = await kinds["dss-sanity"].measure({ kind: "dss-sanity", ignore: [] }, context);
	expect(found.fault).toBeUndefined();
	expect(found.values).toMatchObject({ errors: 0, warnings });
});
