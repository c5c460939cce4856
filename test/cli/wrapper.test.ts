import { expect, test } from "vitest";
import { externalScriptsIn, isWrapper, quoted, wrapperText } from "../../src/cli/wrapper.ts";

test("a wrapper holds absolute paths, no secret, and is known again", () => {
	const text = wrapperText({ node: "/opt/it's/node", program: "/opt/p/main.js", socket: "/run/a b.sock" });
	expect(text.split("\n").slice(0, 4)).toEqual([
		"#!/bin/sh",
		"# Made by dss-probe zabbix install; run that again instead of editing this.",
		"export DSS_PROBE_SOCKET='/run/a b.sock'",
		'case "$1" in get | json | discover) ;; *) set -- get "$@" ;; esac',
	]);
	expect(text).toMatch(/^exec '\/opt\/it'\\''s\/node' -e '/m);
	expect(text).toMatch(/ -- "\$answer" '\/opt\/p\/main\.js' zabbix "\$@" 2>\/dev\/null$/m);
	expect(isWrapper(text)).toBe(true);
	expect(isWrapper("#!/bin/sh\necho mine\n")).toBe(false);
	expect(quoted("a'b")).toBe(`'a'\\''b'`);
});

test.each([
	["ExternalScripts=/usr/lib/zabbix/externalscripts\n", "/usr/lib/zabbix/externalscripts"],
	["# ExternalScripts=/a\nListenPort=1\n  ExternalScripts = /srv/my scripts  \n", "/srv/my scripts"],
	["ExternalScripts=/a\nExternalScripts=/b\n", "/b"],
	["# ExternalScripts=/a\nExternalScriptsX=/c\n", undefined],
] as const)("the folder of external scripts is found in %j", (text, folder) => {
	expect(externalScriptsIn(text)).toBe(folder);
});
