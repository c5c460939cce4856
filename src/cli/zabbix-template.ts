import type { Config } from "../config/alerts.ts";
import { parseAddress, urlOf } from "../web/address.ts";
import type { KnownCheck, Way, ZabbixVersion } from "../zabbix/plan.ts";
import { zabbixTemplate as build } from "../zabbix/template.ts";
import { type Format, writeExport } from "../zabbix/write.ts";
import { configFile } from "./config-file.ts";
import { EXIT } from "./exit.ts";
import type { Verb } from "./io.ts";
import { requireConfig } from "./source.ts";

export interface ZabbixTemplateOptions {
	readonly by: Way;
	readonly for: ZabbixVersion;
	readonly format: Format;
	readonly config?: string;
}

/** `zabbix template`: prints what Zabbix imports. It holds no secret: tokens are set on the host, in Zabbix. */
export const zabbixTemplate: Verb<ZabbixTemplateOptions> = async (options, io) => {
	const config = requireConfig(configFile(options.config, io.env), io);
	const probeUrl = probeUrlOf(config);
	const template = build({
		way: options.by,
		version: options.for,
		checks: knownChecks(config),
		...(probeUrl !== undefined && { probeUrl }),
	});
	io.terminal.out(writeExport(template, options.format).trimEnd());
	return EXIT.ok;
};

/** One for each name; where it runs on several nodes, the most patient of them. */
function knownChecks({ checks }: Config): readonly KnownCheck[] {
	const known = new Map<string, KnownCheck>();
	for (const { name, summary, policy, timeoutMs } of checks) {
		const before = known.get(name);
		known.set(name, {
			name,
			summary,
			failAfter: Math.max(before?.failAfter ?? 0, policy.failAfter),
			recoverAfter: Math.max(before?.recoverAfter ?? 0, policy.recoverAfter),
			timeoutMs: Math.max(before?.timeoutMs ?? 0, timeoutMs),
		});
	}
	return [...known.values()];
}

/** As Zabbix on the same machine reaches it. */
function probeUrlOf({ web }: Config): string | undefined {
	const address = web && parseAddress(web.listen);
	return address && urlOf(address);
}
