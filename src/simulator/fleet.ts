import { futureRoutes, futureState } from "./futures.ts";
import { type ApiRoute, type Call, found } from "./route.ts";

interface Member {
	readonly id: string;
	readonly label: string;
	readonly dssNodeType: string;
}

const MEMBERS: readonly Member[] = [
	{ id: "i-design", label: "Design", dssNodeType: "design" },
	{ id: "i-automation", label: "Automation", dssNodeType: "automation" },
];

const NETWORK = { id: "vn-default", label: "Default", cloudAccountId: "main" };
/** What the client can ask of an instance; nothing comes of it here but a task that ends. */
const ACTIONS = ["reprovision", "deprovision", "restart-dss"] as const;
const ACTION_MS = 2_000;

/** The instances of a Fleet Manager. Each has its address at this very node. */
export const fleetRoutes: readonly ApiRoute[] = [
	{ method: "GET", path: "/instances", answer: (call) => of(call, MEMBERS.map(member)) },
	{ method: "GET", path: "/instances/:id", answer: (call) => of(call, member(wanted(call))) },
	{ method: "GET", path: "/instances/:id/status", answer: (call) => of(call, status(call, wanted(call))) },
	{
		method: "GET",
		path: "/instances/:id/actions/:action",
		answer(call) {
			const { id, label } = of(call, wanted(call));
			const action = found(
				ACTIONS.find((one) => one === call.param("action")),
				`Unknown action: ${call.param("action")}`,
			);
			const displayName = `${action} ${label}`;
			const targets = [{ objectType: "INSTANCE", projectKey: "", objectId: id }];
			const order = { owner: call.caller.login, displayName, action, targets, runMs: ACTION_MS, result: () => ({}) };
			return futureState(call.world.futures.start(order), call.now, { fetch: true });
		},
	},
	{ method: "GET", path: "/virtual-networks", answer: (call) => of(call, [NETWORK]) },
	{
		method: "GET",
		path: "/virtual-networks/:id",
		answer(call) {
			const network = of(call, call.param("id") === NETWORK.id ? NETWORK : undefined);
			return found(network, `Virtual network does not exist: ${call.param("id")}`);
		},
	},
	...futureRoutes.filter(({ path }) => path === "/futures/:id"),
];

const member = (one: Member) => ({ ...one, virtualNetworkId: NETWORK.id, cloudTags: [] });

function wanted(call: Call): Member {
	return found(
		MEMBERS.find(({ id }) => id === call.param("id")),
		`Instance does not exist: ${call.param("id")}`,
	);
}

function of<Answer>(call: Call, answer: Answer): Answer {
	found(call.param("tenant") === "main" ? "main" : undefined, `Tenant does not exist: ${call.param("tenant")}`);
	return answer;
}

/** An instance that is not provisioned has no address; one that does not respond has one where nobody answers. */
function status({ world }: Call, { id }: Member): object {
	const fault = world.board.find("fleet_instance");
	if (fault?.instance === id && fault.state === "not_provisioned") return {};
	const isSilent = fault?.instance === id;
	return { publicURL: isSilent ? fault.address : world.address() };
}
