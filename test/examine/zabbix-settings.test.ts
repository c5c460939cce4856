import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { zabbixExamination } from "../../src/examine/front-zabbix.ts";
import { externalScriptsIn, externalScriptsOf, ZABBIX_SETTINGS } from "../../src/examine/zabbix-settings.ts";
import { aFolder } from "../support/folder.ts";

test.each([
	["ExternalScripts=/usr/lib/zabbix/externalscripts\n", "/usr/lib/zabbix/externalscripts"],
	["# ExternalScripts=/a\nListenPort=1\n  ExternalScripts = /srv/my scripts  \n", "/srv/my scripts"],
	["ExternalScripts=/a\nExternalScripts=/b\n", "/b"],
	["# ExternalScripts=/a\nExternalScriptsX=/c\n", undefined],
	["ExternalScripts=\nListenPort=10051\n", undefined],
] as const)("the folder of external scripts is found in %j", (text, folder) => {
	expect(externalScriptsIn(text)).toBe(folder);
});

test("doctor looks where zabbix install puts the script: into the folder of the last line, spaces and all", async () => {
	const folder = aFolder();
	const settings = join(folder, "zabbix_server.conf");
	const [old, now] = [join(folder, "old"), join(folder, "my scripts")] as const;
	for (const one of [old, now]) mkdirSync(one);
	writeFileSync(settings, `ExternalScripts=${old}\nExternalScripts=${now}\n`);
	writeFileSync(join(now, "dss-probe"), "#!/bin/sh\nexec dss-probe zabbix\n", { mode: 0o755 });
	expect(externalScriptsOf([settings])).toEqual([now]);
	const findings = await zabbixExamination([settings], []).examine(new AbortController().signal);
	expect(findings).toEqual([{ level: "ok", seen: `${join(now, "dss-probe")} calls dss-probe` }]);
	expect(ZABBIX_SETTINGS).toContain("/usr/local/etc/zabbix_server.conf");
});
