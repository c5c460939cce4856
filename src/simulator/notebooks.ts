import { OTHER_PROJECT } from "./catalogue.ts";
import { type ApiRoute, type Call, found } from "./route.ts";
import { HOUR_MS, type World } from "./world.ts";

interface Session {
	readonly id: string;
	readonly projectKey: string;
	readonly notebook: string;
	readonly creator: string;
	readonly startedAt: number;
	readonly lastActivityAt: number;
	readonly state: "idle" | "busy" | "starting";
	readonly pid: number;
}

export const notebookRoutes: readonly ApiRoute[] = [
	{
		method: "GET",
		path: "/admin/notebooks/",
		right: "INSTANCE_ADMIN",
		answer: ({ world }) => notebooks(liveSessions(world)),
	},
	{ method: "GET", path: "/projects/:key/jupyter-notebooks/", since: "9.0", right: "READ_CONF", answer: listInProject },
	{
		method: "GET",
		path: "/projects/:key/jupyter-notebooks/:name/sessions",
		since: "9.0",
		right: "READ_CONF",
		answer: (call) => sessionsOf(call, call.param("name")).map(sessionView),
	},
	{
		method: "DELETE",
		path: "/projects/:key/jupyter-notebooks/:name/sessions/:session",
		since: "9.0",
		right: "WRITE_CONF",
		answer: (call) => unload(call, call.param("name"), call.param("session")),
	},
	{
		method: "GET",
		path: "/projects/:key/notebooks/active",
		right: "READ_CONF",
		answer: (call) => notebooks(sessionsOf(call)),
	},
	{
		method: "GET",
		path: "/projects/:key/notebooks/",
		right: "READ_CONF",
		answer: (call) => notebooks(sessionsOf(call, call.query.text("notebookName"))).at(0) ?? { activeSessions: [] },
	},
	{
		method: "DELETE",
		path: "/projects/:key/notebooks/",
		right: "WRITE_CONF",
		answer: (call) => unload(call, call.query.text("notebookName"), call.query.text("sessionId")),
	},
];

/** The two kernels that are always there, and those that a fault piles up. */
export function liveSessions({ clock, board, unloaded, bornAt }: World): Session[] {
	const now = clock.now();
	const at = { projectKey: OTHER_PROJECT, notebook: "explore", startedAt: bornAt - 5 * HOUR_MS };
	const sessions: Session[] = [
		{ ...at, id: "s-1", creator: "alice", lastActivityAt: bornAt - 2 * HOUR_MS, state: "idle", pid: 4711 },
		{ ...at, id: "s-2", creator: "bob", lastActivityAt: now, state: "busy", pid: 4712 },
	];
	const fault = board.find("kernels");
	const since = board.entry("kernels")?.since ?? now;
	const piled = fault ? fault.count + Math.floor((fault.per_minute * (now - since)) / 60_000) : 0;
	for (let number = 1; number <= Math.min(piled, 10_000) && fault; number++) {
		const idleSince = since - fault.idle_hours * HOUR_MS;
		const moments = { startedAt: idleSince - HOUR_MS, lastActivityAt: idleSince, state: "idle" as const };
		const notebook = `forgotten_${number}`;
		sessions.push({
			projectKey: OTHER_PROJECT,
			notebook,
			id: `s-piled-${number}`,
			creator: "alice",
			pid: 20_000 + number,
			...moments,
		});
	}
	return sessions.filter(({ id }) => !unloaded.has(id));
}

function sessionsOf(call: Call, notebook?: string): Session[] {
	const key = call.param("key");
	return liveSessions(call.world).filter(
		(session) => session.projectKey === key && (notebook === undefined || session.notebook === notebook),
	);
}

function notebooks(sessions: readonly Session[]): object[] {
	const groups = Map.groupBy(sessions, ({ projectKey, notebook }) => `${projectKey}.${notebook}`);
	return [...groups.values()].flatMap((group) => {
		const [first] = group;
		return first ? [{ ...notebookItem(first), activeSessions: group.map(sessionView) }] : [];
	});
}

const notebookItem = ({ projectKey, notebook }: Session) => ({
	projectKey,
	name: notebook,
	language: "python",
	kernelSpec: { name: "python3", display_name: "Python 3", language: "python" },
});

function sessionView(session: Session): object {
	return {
		projectKey: session.projectKey,
		notebookName: session.notebook,
		sessionId: session.id,
		sessionCreator: session.creator,
		sessionCreatorDisplayName: session.creator,
		sessionUnixOwner: session.creator,
		sessionStartTime: session.startedAt,
		kernelId: `k-${session.id}`,
		kernelPid: session.pid,
		kernelConnections: session.state === "busy" ? 1 : 0,
		kernelLastActivityTime: session.lastActivityAt,
		kernelExecutionState: session.state,
	};
}

/** Every notebook here has a kernel, so that `active` makes no difference. */
function listInProject(call: Call): object[] {
	const seen = Map.groupBy(sessionsOf(call), ({ notebook }) => notebook);
	return [...seen.values()].flatMap(([first]) => (first ? [{ ...notebookItem(first), tags: [] }] : []));
}

function unload(call: Call, notebook: string | undefined, id: string | undefined): object {
	const session = sessionsOf(call, notebook).find((candidate) => candidate.id === id);
	const { unloaded } = call.world;
	unloaded.add(found(session, `notebook session does not exist: ${notebook} ${id}`).id);
	return { success: true, message: `Unloaded ${notebook}` };
}
