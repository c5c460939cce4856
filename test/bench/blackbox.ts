import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { takePort } from "./ports.ts";
import { answers, type Running, startProgram } from "./running.ts";

/** Starts blackbox_exporter and a Prometheus that lets it probe so many addresses every second, with one alert rule. */
export async function startBlackbox(parent: string, target: string, probes: number): Promise<Running> {
	const folder = mkdtempSync(join(parent, "blackbox-"));
	const [exporterPort, prometheusPort] = [await takePort(), await takePort()];
	const file = (name: string, text: string): string => {
		writeFileSync(join(folder, name), text);
		return join(folder, name);
	};
	const modules = "modules: { http: { prober: http, timeout: 5s, http: { preferred_ip_protocol: ip4 } } }\n";
	const targets = Array.from({ length: probes }, (_, index) => `${target}/${index}`);
	file("rules.yml", 'groups: [{ name: bench, rules: [{ alert: Down, expr: "probe_success == 0", for: 3s }] }]\n');
	const exporter = startProgram("/usr/bin/prometheus-blackbox-exporter", [
		`--config.file=${file("blackbox.yml", modules)}`,
		`--web.listen-address=127.0.0.1:${exporterPort}`,
		"--log.level=error",
	]);
	const config = `global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
scrape_configs:
  - job_name: probe
    metrics_path: /probe
    params: { module: [http] }
    static_configs: [{ targets: ${JSON.stringify(targets)} }]
    relabel_configs:
      - { source_labels: [__address__], target_label: __param_target }
      - { source_labels: [__param_target], target_label: instance }
      - { target_label: __address__, replacement: "127.0.0.1:${exporterPort}" }
`;
	const prometheus = startProgram("/usr/bin/prometheus", [
		`--config.file=${file("prometheus.yml", config)}`,
		`--storage.tsdb.path=${join(folder, "data")}`,
		`--web.listen-address=127.0.0.1:${prometheusPort}`,
		"--log.level=error",
	]);
	const both = [exporter, prometheus];
	const sum = (read: (one: Running) => number) => both.reduce((all, one) => all + read(one), 0);
	await answers(`http://127.0.0.1:${prometheusPort}/-/ready`);
	return {
		cpuMs: () => sum((one) => one.cpuMs()),
		rssMb: () => sum((one) => one.rssMb()),
		async stop() {
			await Promise.all(both.map((one) => one.stop()));
		},
	};
}
