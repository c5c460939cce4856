import { API_PREFIX } from "./address.ts";
import { datasetRoutes } from "./datasets.ts";
import { deployedRoutes } from "./deployed.ts";
import { deployerRoutes } from "./deployer.ts";
import { fleetRoutes } from "./fleet.ts";
import { flowRoutes } from "./flow.ts";
import { footprintRoutes } from "./footprint.ts";
import { futureRoutes } from "./futures.ts";
import { instanceRoutes } from "./instance.ts";
import { jobRoutes } from "./jobs.ts";
import { licenceRoutes } from "./licence.ts";
import { metricRoutes } from "./metrics.ts";
import type { NodeType } from "./node-type.ts";
import { notebookRoutes } from "./notebooks.ts";
import { personRoutes } from "./people.ts";
import { projectRoutes } from "./projects.ts";
import { aliveRoutes, queryRoutes, serviceRoutes } from "./query.ts";
import { recipeRoutes } from "./recipes.ts";
import type { ApiRoute } from "./route.ts";
import { sanityRoutes } from "./sanity.ts";
import { scenarioRoutes } from "./scenarios.ts";
import { thingRoutes } from "./things.ts";
import { unifiedMonitoringRoutes } from "./unified-monitoring.ts";

/** Endpoints under one prefix. */
interface Surface {
	readonly prefix: string;
	readonly routes: readonly ApiRoute[];
}

/** What every node with a backend answers. */
const common: readonly ApiRoute[] = [...futureRoutes, ...personRoutes, ...licenceRoutes, ...instanceRoutes];

const isUnified = ({ path }: ApiRoute) => path.startsWith("/unified-monitoring/");
const metrics = metricRoutes.filter((route) => !isUnified(route));

/** What nodes with projects answer. */
const flow: readonly ApiRoute[] = [
	...projectRoutes,
	...datasetRoutes,
	...recipeRoutes,
	...flowRoutes,
	...jobRoutes,
	...scenarioRoutes,
	...notebookRoutes,
	...thingRoutes,
	...sanityRoutes,
	...footprintRoutes,
	...deployedRoutes,
];

/** The projects, instance and deployers of DSS; a design node may be its own deployer. */
const node = (routes: readonly ApiRoute[]): readonly Surface[] => [{ prefix: API_PREFIX, routes }];

/** Every endpoint of a simulated node with a key, or open without one. */
export function surfaceOf(type: NodeType): readonly Surface[] {
	switch (type) {
		case "design":
		case "deployer":
			return node([...common, ...flow, ...metricRoutes, ...deployerRoutes, ...unifiedMonitoringRoutes]);
		case "automation":
			return node([...common, ...flow, ...metrics]);
		case "govern":
			return node(common);
		case "api":
			return [
				{ prefix: "", routes: aliveRoutes },
				{ prefix: `${API_PREFIX}/v1`, routes: queryRoutes },
				{ prefix: "/admin/api", routes: serviceRoutes },
			];
		case "fleet-manager":
			return [{ prefix: "/api/public/tenants/:tenant", routes: fleetRoutes }];
	}
}
