import { expect, test } from "vitest";
import { isWrapper, quoted, wrapperText } from "../../src/cli/wrapper.ts";

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
