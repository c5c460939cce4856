import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { wrapperText } from "../../src/cli/wrapper.ts";
import { nagiosExamination } from "../../src/examine/front-nagios.ts";
import { judgeUnit, systemdExamination } from "../../src/examine/front-systemd.ts";
import { zabbixExamination } from "../../src/examine/front-zabbix.ts";
import { nagiosObjects } from "../../src/report/nagios-objects.ts";
import { aFolder } from "../support/folder.ts";

const signal = new AbortController().signal;
const UNIT = `[Service]
Type=notify
WatchdogSec=60
ExecStart=/opt/dss-probe/node /opt/dss-probe/dist/main.js
ExecReload=/bin/kill -HUP $MAINPID
User=dss-probe
Restart=always
LimitNOFILE=65536
`;

test("a unit is good where it restarts the daemon, lets it reload, and runs it not as root", () => {
	expect(judgeUnit("p.service", UNIT)).toEqual([
		{ level: "ok", seen: "p.service restarts it, watches it, and not as root" },
	]);
	const seen = (text: string) => judgeUnit("p.service", text).map((finding) => finding.seen);
	expect(seen("[Service]\nExecStart=/x/dss-probe\n")).toEqual([
		"p.service has Restart=no: after a crash nobody watches",
		"p.service runs dss-probe as root",
		"p.service has no watchdog: systemd does not notice a daemon that looks no more",
		"p.service cannot be reloaded: a changed configuration needs a restart",
	]);
	expect(seen(`${UNIT}LimitNOFILE=1024:4096\n`)).toEqual(["p.service allows 1024 open files only"]);
	expect(seen(`${UNIT}LimitNOFILE=infinity\n`)).toHaveLength(1);
	expect(seen(`${UNIT}WatchdogSec=0\n`)).toEqual([expect.stringMatching(/has no watchdog/)]);
	expect(seen(`${UNIT.replace("User=dss-probe\n", "")}DynamicUser=yes\n`)).toEqual([
		"p.service restarts it, watches it, and not as root",
	]);
});

test("the units that are shipped are good", () => {
	for (const name of ["dss-probe.service", "dss-probe-once.service"]) {
		const text = readFileSync(join(import.meta.dirname, "../../deploy/systemd", name), "utf8");
		expect(judgeUnit(name, text)).toMatchObject([{ level: "ok" }]);
	}
});

test("units are found by what they start, with their drop-ins", async () => {
	const folder = aFolder();
	writeFileSync(join(folder, "other.service"), "[Service]\nExecStart=/usr/sbin/nginx\n# not dss-probe\n");
	writeFileSync(join(folder, "tail.service"), "[Service]\nExecStart=/usr/bin/tail -f /var/log/dss-probe.log\n");
	const examined = async () => (await systemdExamination([folder]).examine(signal)).map(({ level }) => level);
	expect(await examined()).toEqual(["skipped"]);
	const program = join(folder, "dss-probe");
	const unit = UNIT.replace(/ExecStart=.*/, `ExecStart=${program} -c /etc/dss-probe/alerts.yaml`);
	writeFileSync(join(folder, "watch.service"), unit.replace("Restart=always\n", ""));
	expect(await systemdExamination([folder]).examine(signal)).toMatchObject([
		{ level: "critical", seen: `watch.service starts ${program}, which is not there` },
	]);
	writeFileSync(program, "");
	expect(await examined()).toEqual(["warning"]);
	mkdirSync(join(folder, "watch.service.d"));
	writeFileSync(join(folder, "watch.service.d", "own.conf"), "[Service]\nRestart=on-failure\n");
	expect(await examined()).toEqual(["ok"]);
});

test("the scripts of Zabbix and Nagios are found where they lie, and must be runnable", async () => {
	const folder = aFolder();
	const settings = join(folder, "zabbix_server.conf");
	const scripts = join(folder, "scripts");
	const zabbix = async () => await zabbixExamination([settings], []).examine(signal);
	expect(await zabbix()).toMatchObject([{ level: "skipped", seen: "no Zabbix server or proxy is on this machine" }]);
	mkdirSync(scripts);
	writeFileSync(settings, `# ExternalScripts=/nowhere\nExternalScripts=${scripts}\n`);
	writeFileSync(join(scripts, "other.sh"), "#!/bin/sh\nexec ping\n", { mode: 0o755 });
	expect(await zabbix()).toMatchObject([{ level: "skipped", seen: expect.stringContaining("calls dss-probe") }]);
	const own = join(scripts, "dss.sh");
	writeFileSync(own, '#!/bin/sh\nexec dss-probe zabbix get "$@"\n', { mode: 0o644 });
	expect(await zabbix()).toMatchObject([{ level: "warning", seen: `${own} cannot be run` }]);
	expect(await nagiosExamination([scripts], []).examine(signal)).toMatchObject([
		{ level: "warning", todo: expect.stringMatching(/Nagios otherwise shows CRITICAL/) },
	]);
	// Its own script calls a program that was moved since.
	writeFileSync(own, wrapperText({ node: process.execPath, program: join(folder, "dist/main.js") }));
	chmodSync(own, 0o755);
	expect(await zabbix()).toMatchObject([
		{ level: "warning", seen: `${own} calls ${join(folder, "dist/main.js")}, which is not there` },
	]);
	mkdirSync(join(folder, "dist"));
	writeFileSync(join(folder, "dist/main.js"), "");
	expect(await zabbix()).toEqual([{ level: "ok", seen: `${own} calls dss-probe` }]);
	// Zabbix looks nowhere but where its settings say.
	writeFileSync(settings, `ExternalScripts=${folder}/dist\n`);
	expect(await zabbixExamination([settings], [scripts]).examine(signal)).toMatchObject([{ level: "skipped" }]);
	writeFileSync(settings, `ExternalScripts=${folder}/gone\n`);
	expect(await zabbix()).toMatchObject([
		{ level: "warning", seen: expect.stringMatching(/gone, which is not there$/) },
	]);
	const plugins = join(folder, "plugins");
	mkdirSync(plugins);
	writeFileSync(join(plugins, "dss.sh"), "exec dss-probe --once", { mode: 0o755 });
	expect(await nagiosExamination([plugins], []).examine(signal)).toEqual([
		{ level: "ok", seen: `${join(plugins, "dss.sh")} calls dss-probe` },
	]);
	expect(await nagiosExamination([], []).examine(signal)).toMatchObject([{ level: "skipped" }]);
});

test("definitions that were written for Nagios or Icinga are found, and the program that they name", async () => {
	const folder = aFolder();
	const program = join(folder, "dist", "main.js");
	const hosts = [{ instance: "design", address: "dss", url: "https://dss", labels: {}, services: [] }];
	const call = { program: [process.execPath, program], config: "/etc/dss-probe/alerts.yaml", timeoutS: 10 };
	const path = join(folder, "dss-probe.cfg");
	writeFileSync(path, nagiosObjects(hosts, call));
	const examined = () => nagiosExamination([], [folder]).examine(signal);
	expect(await examined()).toMatchObject([
		{
			level: "warning",
			seen: `${path} calls ${program}, which is not there`,
			todo: expect.stringMatching(/--definitions/),
		},
	]);
	mkdirSync(join(folder, "dist"));
	writeFileSync(program, "");
	expect(await examined()).toEqual([{ level: "ok", seen: `${path} calls dss-probe` }]);
});
