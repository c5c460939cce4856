import { futureState } from "./futures.ts";
import { type ApiRoute, type Call, found } from "./route.ts";

/** Bytes, files, folders and errors of one directory. */
interface Amount {
	readonly size: number;
	readonly nbFiles: number;
	readonly nbFolders: number;
	readonly nbErrors: number;
}

const since = "14.2";
const right = "INSTANCE_ADMIN";

export const footprintRoutes: readonly ApiRoute[] = [
	{
		method: "GET",
		path: "/directories-footprint/global",
		since,
		right,
		answer: (call) => compute(call, () => globalOnly()),
	},
	{
		method: "GET",
		path: "/directories-footprint/all-dss",
		since,
		right,
		answer: (call) => compute(call, () => all(call)),
	},
	{
		method: "GET",
		path: "/directories-footprint/projects/:projectKey",
		since,
		right,
		answer(call) {
			const key = call.param("projectKey");
			found(call.world.projects.get(key), `Project does not exist: ${key}`);
			return compute(call, () => sum({ projects: items([project(call, key)]) }));
		},
	},
	{
		method: "GET",
		path: "/directories-footprint/unknown",
		since,
		right,
		answer: (call) =>
			compute(call, () => sum({ unknown: items([{ path: "old_backup", ...amount(2_000_000, 14, 3) }]) })),
	},
];

function compute(call: Call, result: () => object): object {
	const slow = call.world.board.take("slow_footprint");
	const future = call.world.futures.start({
		owner: call.caller.login,
		displayName: "Computing the footprint of data directories",
		action: "footprint",
		targets: [],
		runMs: slow?.ms ?? 300,
		result,
	});
	return futureState(future, call.now, { fetch: true });
}

const amount = (size: number, nbFiles: number, nbFolders: number): Amount => ({
	size,
	nbFiles,
	nbFolders,
	nbErrors: 0,
});

/** Sub-footprints, and on the same level what they add up to. */
function sum<Parts extends Readonly<Record<string, Amount>>>(parts: Parts): Amount & Parts {
	return { ...total(Object.values(parts)), ...parts };
}

/** A list of footprints under `items`, and what they add up to. */
const items = <Item extends Amount>(list: readonly Item[]) => ({ ...total(list), items: list });

function total(list: readonly Amount[]): Amount {
	const of = (name: keyof Amount) => list.reduce((so, one) => so + one[name], 0);
	return { size: of("size"), nbFiles: of("nbFiles"), nbFolders: of("nbFolders"), nbErrors: of("nbErrors") };
}

function globalParts() {
	return {
		codeEnvs: items([{ name: "py311", language: "PYTHON", ...amount(900_000_000, 21_000, 2_400) }]),
		plugins: items([{ name: "monitoring-macros", type: "INSTALLED", ...amount(4_000_000, 210, 40) }]),
		libs: amount(120_000, 12, 3),
		logs: amount(730_000_000, 48, 4),
	};
}

const globalOnly = () => sum(globalParts());

const all = (call: Call) =>
	sum({ ...globalParts(), projects: items([...call.world.projects.keys()].map((key) => project(call, key))) });

/** Scenario logs grow with every run, as nobody purges them. */
function project(call: Call, key: string): Amount {
	const runs = [...(call.world.projects.get(key)?.scenarios.keys() ?? [])].reduce(
		(count, id) => count + call.world.scenarios.runs(key, id).length,
		0,
	);
	const buckets = {
		managedDatasets: amount(3_000_000, 42, 8),
		managedFolders: amount(0, 0, 0),
		scenarios: amount(8_000 * runs, 3 * runs, runs),
		config: amount(60_000, 30, 9),
		git: amount(400_000, 120, 60),
	};
	return { ...sum(buckets), projectKey: key } as Amount;
}
