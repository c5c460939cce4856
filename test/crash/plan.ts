import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BadLevel } from "../../src/model/alert.ts";
import { INSTANCES, type Key } from "./nodes.ts";
import type { ChannelName } from "./receivers.ts";

/** Writes the configuration of the daemon. @returns the path of the file */
export function writePlan(folder: string, nodes: number, ports: Readonly<Record<ChannelName, number>>): string {
	const http = (port: number) => `url: "http://127.0.0.1:${port}/"`;
	const checks = join(folder, "checks");
	mkdirSync(checks);
	const check = (name: string, more: string) =>
		writeFileSync(
			join(checks, `${name}.yaml`),
			`name: ${name}\nsummary: One of the things that break.\nprobe: { kind: http, path: /${name} }\n` +
				`every: 250ms\ntimeout: 250ms\nretry_every: 80ms\nfail_after: 2\nrecover_after: 2\nflapping: false\n` +
				`expect:\n  - { that: "status != 429", else: warning }\n  - { that: "status < 500", else: critical }\n${more}`,
		);
	check("backend", "");
	check("api", "parents: [backend]\n");
	check("load", "");
	check("job", "");
	const file = join(folder, "alerts.yaml");
	writeFileSync(
		file,
		`instances:
${INSTANCES.map((name) => `  ${name}: { url: "http://127.0.0.1:${nodes}/${name}" }`).join("\n")}
check_files: [checks]
checks: [backend, api, load, job]
channels:
  pager: { type: webhook, ${http(ports.pager)} }
  chat: { type: slack, ${http(ports.chat)}, rate: 100/s }
  mail: { type: email, smtp: "smtp://127.0.0.1:${ports.mail}", from: probe@crash.test, to: [ops@crash.test] }
  strict: { type: webhook, ${http(ports.strict)}, fallback: chat }
routes:
  - { match: { check: backend }, to: [chat, mail] }
  - { match: { check: api }, to: [strict] }
  - { match: { check: load, severity: critical }, to: [pager, mail] }
  - { match: { check: load }, to: [pager] }
  - { match: { check: job }, to: [pager, chat], group_by: [check], group_wait: 300ms }
store: store.db
`,
	);
	return file;
}

/** What the routes above mean: read again by hand, so that the program's own reading is not its judge. */
export function channelsFor(key: Key, level: BadLevel): readonly ChannelName[] {
	const check = key.split("/")[1];
	if (check === "backend") return ["chat", "mail"];
	if (check === "api") return ["strict"];
	if (check === "load") return level === "critical" ? ["pager", "mail"] : ["pager"];
	return ["pager", "chat"];
}
