import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { zabbixExamination } from "../../src/examine/front-zabbix.ts";
import { externalScriptsIn, scriptsFoldersOf, ZABBIX_SETTINGS } from "../../src/examine/zabbix-settings.ts";
import { aFolder } from "../support/folder.ts";

test.each([
	["ExternalScripts=/usr/lib/zabbix/externalscripts\n", "/usr/lib/zabbix/externalscripts"],
	["# ExternalScripts=/a\nListenPort=1\n  ExternalScripts = /srv/my scripts  \n", "/srv/my scripts"],
	["ExternalScripts=/a\nExternalScripts=/b\n", "/b"],
	["ExternalScripts=/a\r\n", "/a"],
	["# ExternalScripts=/a\nExternalScriptsX=/c\n", undefined],
	["ExternalScripts=\nListenPort=10051\n", undefined],
] as const)("the folder of external scripts is found in %j", (text, folder) => {
	expect(externalScriptsIn(text)).toBe(folder);
});

/** A folder as /etc/zabbix, with some files in it, and the folder that a Zabbix would take by itself. */
function zabbix(files: Readonly<Record<string, string>>) {
	const etc = aFolder();
	const usual = join(etc, "externalscripts");
	mkdirSync(join(etc, "conf.d"));
	mkdirSync(usual);
	for (const [name, text] of Object.entries(files)) writeFileSync(join(etc, name), text.replaceAll("@", etc));
	const find = (builtIn = [join(etc, "nowhere"), usual]) =>
		scriptsFoldersOf([join(etc, "server.conf"), join(etc, "proxy.conf")], builtIn)[0];
	return { etc, usual, find };
}

test("a Zabbix whose configuration names no folder takes the one it was built for, as Debian's does", () => {
	const { usual, find } = zabbix({ "server.conf": "# ExternalScripts=/x\nListenPort=1\n" });
	expect(find()).toEqual({ folder: usual });
	expect(find(["/nowhere/at/all"])).toBeUndefined();
});

test("a folder is only guessed where a Zabbix is configured", () => {
	expect(zabbix({}).find()).toBeUndefined();
});

test.each(["@/conf.d", "@/conf.d/*.conf", "conf.d/one.conf"])(
	"a folder that stands in a file that is included: %s",
	(named) => {
		const { etc, find } = zabbix({
			"server.conf": `Include=${named}\n`,
			"conf.d/one.conf": "ExternalScripts=/srv/scripts\n",
			"conf.d/.two.conf": "ExternalScripts=/no\n",
		});
		expect(find()).toEqual({ folder: "/srv/scripts", namedIn: join(etc, "conf.d/one.conf") });
	},
);

test("the server's folder goes before the proxy's, and a name before a guess", () => {
	expect(zabbix({ "server.conf": "ExternalScripts=/s\n", "proxy.conf": "ExternalScripts=/p\n" }).find()?.folder).toBe(
		"/s",
	);
	expect(zabbix({ "server.conf": "\n", "proxy.conf": "ExternalScripts=/p\n" }).find()?.folder).toBe("/p");
});

test("doctor looks where zabbix install puts the script: into the folder of the last line, spaces and all", async () => {
	const folder = aFolder();
	const settings = join(folder, "zabbix_server.conf");
	const [old, now] = [join(folder, "old"), join(folder, "my scripts")] as const;
	for (const one of [old, now]) mkdirSync(one);
	writeFileSync(settings, `ExternalScripts=${old}\nExternalScripts=${now}\n`);
	writeFileSync(join(now, "dss-probe"), "#!/bin/sh\nexec dss-probe zabbix\n", { mode: 0o755 });
	expect(scriptsFoldersOf([settings], [])).toEqual([{ folder: now, namedIn: settings }]);
	const findings = await zabbixExamination([settings], []).examine(new AbortController().signal);
	expect(findings).toEqual([{ level: "ok", seen: `${join(now, "dss-probe")} calls dss-probe` }]);
	expect(ZABBIX_SETTINGS).toContain("/usr/local/etc/zabbix_server.conf");
});
