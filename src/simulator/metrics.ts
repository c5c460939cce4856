import { isFinal, type JobState, jobAt } from "./job-run.ts";
import { type ApiRoute, Plain } from "./route.ts";
import type { World } from "./world.ts";

const TYPES: readonly string[] = ["gauges", "counters", "histograms", "meters", "timers"];

const TEXT = "text/plain; version=0.0.4; charset=utf-8";

/** Two deployments, healthy and without a status, as a Deployer tells of them. */
const DEPLOYED = `# TYPE dku_unified_monitoring_project_global_status gauge
dku_unified_monitoring_project_global_status{deployment_id="orders-prod",infrastructure_id="prod"} 0
dku_unified_monitoring_project_global_status{deployment_id="churn-prod",infrastructure_id="prod"} -1
# TYPE dku_unified_monitoring_api_endpoint_global_status gauge
dku_unified_monitoring_api_endpoint_global_status{deployment_id="scoring",endpoint="churn"} 0
`;

/** Names that Dataiku publishes for its other feeds; those of the real endpoints are not known. */
function readings({ projects, jobs, clock, startedAt }: World): Readonly<Record<string, number>> {
	const now = clock.now();
	const states = [...projects.keys()].flatMap((key) => jobs.list(key)).map((job) => jobAt(job, now).state);
	const count = (wanted: JobState) => states.filter((state) => state === wanted).length;
	return {
		"dku.collaboration.activeUsers": 2,
		"dku.jobs.running": states.filter((state) => !isFinal(state)).length,
		// Each job here has one activity.
		"dku.jobs.activities.running": count("RUNNING"),
		"dku.jobs.activities.waiting": count("NOT_STARTED"),
		"jvm.memory.heap.used": 4_294_967_296,
		"jvm.memory.heap.max": 8_589_934_592,
		"jvm.threads.blocked.count": 0,
		"jvm.uptime.seconds": Math.max(0, Math.round((now - startedAt()) / 1_000)),
	};
}

export const metricRoutes: readonly ApiRoute[] = [
	{
		method: "GET",
		path: "/internal-metrics",
		right: "INSTANCE_ADMIN",
		answer({ world, query }) {
			const [name, type] = [query.text("name"), query.text("type")];
			const gauges = Object.entries(readings(world))
				.filter(([key]) => name === undefined || key === name)
				.map(([key, value]) => [key, { value }]);
			const empty = Object.fromEntries(TYPES.map((each) => [each, {}]));
			const isWanted = type === undefined || type === "gauges";
			return { version: "3.0.0", ...empty, ...(isWanted ? { gauges: Object.fromEntries(gauges) } : {}) };
		},
	},
	{
		method: "GET",
		path: "/metrics-prometheus",
		since: "13.3",
		answer({ world }) {
			const lines = Object.entries(readings(world)).map(([key, value]) => {
				const name = key.replaceAll(".", "_");
				return `# TYPE ${name} gauge\n${name} ${value}\n`;
			});
			return new Plain(lines.join(""), TEXT);
		},
	},
	{
		method: "GET",
		path: "/unified-monitoring/deployer/metrics-prometheus",
		since: "14.0",
		answer: () => new Plain(DEPLOYED, TEXT),
	},
];
