import { expect, test } from "vitest";
import { parsePrograms, parseUptime, saysNotRunning } from "../../src/host/supervisor.ts";

const TABLE = `backend                          RUNNING   pid 20411, uptime 3:12:07
ipython                          STARTING
nginx                            RUNNING   pid 20413, uptime 2 days, 3:04:05
group:eventserver                FATAL     Exited too quickly (process log may have details)
hproxy                           STOPPED   Not started
crasher                          BACKOFF   Exited too quickly (process log may have details)
old                              EXITED    Nov 20 10:15 AM
`;

test("the table of supervisorctl is read line by line", () => {
	expect(parsePrograms(TABLE)).toEqual([
		{ name: "backend", state: "RUNNING", pid: 20411, uptime: 11_527 },
		{ name: "ipython", state: "STARTING" },
		{ name: "nginx", state: "RUNNING", pid: 20413, uptime: 183_845 },
		{ name: "group:eventserver", state: "FATAL", words: "Exited too quickly (process log may have details)" },
		{ name: "hproxy", state: "STOPPED", words: "Not started" },
		{ name: "crasher", state: "BACKOFF", words: "Exited too quickly (process log may have details)" },
		{ name: "old", state: "EXITED", words: "Nov 20 10:15 AM" },
	]);
});

test.each(["", "unix:///x/svd.sock no such file", "backend is RUNNING", "error: RUNNING"])("%j is no table", (output) =>
	expect(parsePrograms(output)).toEqual([]),
);

test.each([
	["0:00:01", 1],
	["3:12:07", 11_527],
	["1 day, 0:00:00", 86_400],
	["100 days, 23:59:59", 8_726_399],
	["soon", undefined],
	["1:2:3", undefined],
])("the uptime %s", (text, seconds) => expect(parseUptime(text)).toBe(seconds));

test.each([
	["unix:///data/run/svd.sock no such file", true],
	["unix:///data/run/svd.sock refused connection", true],
	["DSS is not running", true],
	["error: <class 'PermissionError'>, [Errno 13] Permission denied: file: <string> line: 11", false],
	["Sorry, try again", false],
])("%s: says that there is no supervisord: %s", (output, says) => expect(saysNotRunning(output)).toBe(says));
