import { expect, test } from "vitest";
import { summonsIn } from "../../src/systemd/notify-socket.ts";

const PID = 4711;

test.each([
	["nothing where nobody asks", {}, undefined],
	["a path", { NOTIFY_SOCKET: "/run/systemd/notify" }, { socket: "/run/systemd/notify" }],
	["an abstract socket", { NOTIFY_SOCKET: "@/org/x" }, { socket: "@/org/x" }],
	["nothing at an empty address", { NOTIFY_SOCKET: "" }, undefined],
	["nothing at a relative path", { NOTIFY_SOCKET: "notify" }, undefined],
	["nothing at a bare @", { NOTIFY_SOCKET: "@" }, undefined],
	["nothing at a socket of a virtual machine", { NOTIFY_SOCKET: "vsock:2:1234" }, undefined],
	["a watchdog", { WATCHDOG_USEC: "60000000" }, { watchdogMs: 60_000 }],
	["a watchdog for this process", { WATCHDOG_USEC: "2500", WATCHDOG_PID: "4711" }, { watchdogMs: 2.5 }],
	["no watchdog that is meant for another process", { WATCHDOG_USEC: "60000000", WATCHDOG_PID: "1" }, {}],
	["no watchdog of no time", { WATCHDOG_USEC: "0" }, {}],
	["no watchdog of an odd time", { WATCHDOG_USEC: "soon" }, {}],
	["no watchdog of a negative time", { WATCHDOG_USEC: "-1" }, {}],
])("what systemd asks for: %s", (_name, env, expected) => {
	const given = "NOTIFY_SOCKET" in env || Object.keys(env).length === 0 ? env : { NOTIFY_SOCKET: "/n", ...env };
	const full = expected && !("socket" in expected) ? { socket: "/n", ...expected } : expected;
	expect(summonsIn(given, PID)).toEqual(full);
});
