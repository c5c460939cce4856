import { deployedRoutes } from "./deployed.ts";
import { footprintRoutes } from "./footprint.ts";
import { futureRoutes } from "./futures.ts";
import { instanceRoutes } from "./instance.ts";
import { jobRoutes } from "./jobs.ts";
import { licenceRoutes } from "./licence.ts";
import { metricRoutes } from "./metrics.ts";
import { notebookRoutes } from "./notebooks.ts";
import { personRoutes } from "./people.ts";
import { projectRoutes } from "./projects.ts";
import type { ApiRoute } from "./route.ts";
import { sanityRoutes } from "./sanity.ts";
import { scenarioRoutes } from "./scenarios.ts";

/** Every endpoint of the simulated public API. */
export const apiRoutes: readonly ApiRoute[] = [
	...projectRoutes,
	...jobRoutes,
	...scenarioRoutes,
	...futureRoutes,
	...notebookRoutes,
	...personRoutes,
	...licenceRoutes,
	...instanceRoutes,
	...sanityRoutes,
	...footprintRoutes,
	...metricRoutes,
	...deployedRoutes,
];
