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

/** The instances of a Fleet Manager. Each has its address at this very node. */
export const fleetRoutes: readonly ApiRoute[] = [
	{ method: "GET", path: "/instances", answer: (call) => of(call, MEMBERS.map(member)) },
	{ method: "GET", path: "/instances/:id", answer: (call) => of(call, member(wanted(call))) },
	{ method: "GET", path: "/instances/:id/status", answer: (call) => of(call, status(call, wanted(call))) },
	{
		method: "GET",
		path: "/virtual-networks",
		answer: (call) => of(call, [{ id: "vn-default", label: "Default", cloudAccountId: "main" }]),
	},
];

const member = (one: Member) => ({ ...one, virtualNetworkId: "vn-default", cloudTags: [] });

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
