import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import type { Conversation } from "../../../src/cli/conversation.ts";
import { type NodeOptions, settleNode } from "../../../src/cli/init/node.ts";
import { systemClock } from "../../../src/clock.ts";
import { createSimulator } from "../../../src/simulator/simulator.ts";

const [KEY, ADMIN] = ["key-of-the-node-0001", "key-of-its-admin-0002"];

/** A node in front of which a server answers some paths by itself. */
async function aNode(broken: Readonly<Record<string, number>> = {}): Promise<string> {
	const simulator = createSimulator({ apiKey: KEY, adminKey: ADMIN, clock: systemClock });
	const { url } = await simulator.listen("127.0.0.1", 0);
	const front = createServer(async ({ url: path = "/", headers }, response) => {
		const status = Object.entries(broken).find(([end]) => path.endsWith(end))?.[1];
		if (status !== undefined) return void response.writeHead(status).end();
		const answer = await fetch(`${url}${path}`, { headers: { authorization: headers.authorization ?? "" } });
		response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
	});
	await new Promise<void>((done) => front.listen(0, "127.0.0.1", done));
	onTestFinished(async () => {
		front.closeAllConnections();
		front.close();
		await simulator.close();
	});
	return `http://127.0.0.1:${(front.address() as { port: number }).port}`;
}

/** Answers questions as a person would: by how they begin, and Enter where nothing is planned. */
async function settle(options: NodeOptions, answers: Readonly<Record<string, readonly string[]>>) {
	const planned = Object.entries(answers).map(([begin, given]) => ({ begin, given: [...given] }));
	const happened: string[] = [];
	const talk: Conversation = {
		async ask(question, { usual } = {}) {
			happened.push(question);
			return planned.find(({ begin }) => question.startsWith(begin))?.given.shift() || (usual ?? "");
		},
		close() {},
	};
	const say = (text: string) => void happened.push(text);
	const terminal = { out: say, err: say, isPerson: false, width: 80, paint: (_style: unknown, text: string) => text };
	const io = { terminal, env: { KEY, ADMIN }, onSignal: () => () => {}, exit: () => expect.unreachable() };
	const { discovery } = await settleNode(options, talk, io);
	return { name: discovery.instance.name, happened };
}

test("a name that is none is asked for again, and why is said", async () => {
	const answers = { "Name for this node": ["prod design", "dss-probe", "prod"] };
	const { name, happened } = await settle({ url: await aNode(), keyFrom: "KEY" }, answers);
	expect(name).toBe("prod");
	const from = happened.indexOf("Name for this node");
	expect(happened.slice(from)).toEqual([
		"Name for this node",
		'"prod design" is no name: letters, digits, _ . - are possible, beginning with a letter or digit',
		"Name for this node",
		'"dss-probe" is the name of this program',
		"Name for this node",
	]);
});

const ASKS_ADMIN = expect.stringMatching(/^Key with admin rights/);

test("a second key is asked for unless the first is known to be an administrator's", async () => {
	const plain = await settle({ url: await aNode(), keyFrom: "KEY" }, {});
	expect(plain.happened).toContainEqual(ASKS_ADMIN);
	const admin = await settle({ url: await aNode(), keyFrom: "ADMIN" }, {});
	expect(admin.happened).not.toContainEqual(ASKS_ADMIN);
	// Whether it is one cannot be seen where the call for it fails.
	const unseen = await settle({ url: await aNode({ "/admin/licensing/status": 500 }), keyFrom: "KEY" }, {});
	expect(unseen.happened).toContainEqual(ASKS_ADMIN);
});
