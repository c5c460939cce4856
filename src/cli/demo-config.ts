/** What the demonstration needs to know to write its configuration. */
export interface DemoAddresses {
	readonly dss: string;
	readonly smtpPort: number;
	readonly webhook: string;
	readonly listen: string;
	/** The folder with the shipped checks. */
	readonly checks: string;
}

/**
 * The alerts.yaml of the demonstration: the shipped checks against the simulator, with intervals of seconds so that
 * something can be seen within a minute.
 */
export function demoConfig({ dss, smtpPort, webhook, listen, checks }: DemoAddresses): string {
	return `# Written by dss-probe for its demonstration. The intervals are much too short for a real DSS.
instances:
  demo:
    url: ${dss}
    api_key: \${DEMO_API_KEY}
    labels: { role: design, env: demo }
check_files: [${JSON.stringify(checks)}]
checks:
  - { use: get-configuration, every: 2s, timeout: 1500ms, retry_every: 1s }
  - { use: public-api, every: 3s, timeout: 2s, retry_every: 1s, with: { project: DKU_MONITORING } }
  - { use: canary-job, every: 10s, timeout: 9s, retry_every: 10s, fail_after: 1, with: { start_within: 4s } }
channels:
  ops-mail: { type: email, smtp: "smtp://127.0.0.1:${smtpPort}", from: dss-probe@demo.example, to: [ops@demo.example] }
  pager: { type: webhook, url: ${webhook} }
routes:
  - { match: { severity: critical }, to: [pager, ops-mail] }
  - { to: [ops-mail] }
store: dss-probe.db
web: { listen: "${listen}" }
`;
}
