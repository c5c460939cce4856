import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type App, createApp } from "../../src/app/app.ts";
import { systemClock } from "../../src/clock.ts";
import type { Config } from "../../src/config/alerts.ts";
import { loadConfig } from "../../src/config/load.ts";
import { askDaemon } from "../../src/control/client.ts";
import type { Host } from "../../src/host/host.ts";
import type { Log } from "../../src/log.ts";
import type { Transition } from "../../src/model/alert.ts";
import type { WebhookBody } from "../../src/notify/webhook-body.ts";
import type { NodeType } from "../../src/simulator/node-type.ts";
import { createSimulator, type Faults, type Simulator } from "../../src/simulator/simulator.ts";
import type { Store } from "../../src/store/store.ts";
import { clockBeats } from "./beats.ts";
import { type VirtualClock, virtualClock } from "./clock.ts";
import { answering, type HttpAnswer, httpReceiver } from "./http-receiver.ts";
import { quiet } from "./quiet.ts";

const API_KEY = "story-key-7Qp2";
const ADMIN_KEY = "story-admin-9Xk4";
/** What gives an instance of the story its second key. */
export const WITH_ADMIN = 'admin_key: "${ADMIN_KEY}"';
const SHIPPED = resolve(import.meta.dirname, "../../checks");

/** A message that the pager was sent. */
interface Page {
	/** Seconds since the beginning of the story. */
	readonly at: number;
	readonly id: string;
	readonly type: WebhookBody["type"];
	readonly title: string;
	readonly text: string;
	readonly cause: string | undefined;
	/** `check state`, one for each alert. */
	readonly alerts: readonly string[];
	/** What the pager answered; 0 where it has not answered at once. */
	readonly status: number;
}

export interface LiveOptions {
	/** Lines under `checks:`. Default: the bootstrap endpoint alone. */
	readonly checks?: readonly string[];
	/** Lines under `routes:`. Default: all to the pager. */
	readonly routes?: readonly string[];
	/** Further lines under `channels:`. */
	readonly channels?: readonly string[];
	/** Further options of the pager. */
	readonly pager?: string;
	/** Further keys of the instance `design`. */
	readonly instance?: string;
	/** Further instances: types of simulated nodes, each under its own name, with both keys. */
	readonly nodes?: readonly NodeType[];
	/** Further lines under `instances:`; `{design}` stands for the address of the design node. */
	readonly instances?: readonly string[];
	/** Further sections. */
	readonly sections?: readonly string[];
}

/** What a story begins with, and no reload changes. */
export interface Beginning {
	/** The machine that checks of the host look at. */
	readonly host?: Host;
	/** Default: a clock of its own. */
	readonly clock?: VirtualClock;
	/** A memory off the disk: a long story is quicker so, and cannot be restarted. */
	readonly store?: Store;
}

/** The whole program in virtual time, with a simulated DSS to watch and a pager to tell, all over real sockets. */
export interface LiveStory extends AsyncDisposable {
	readonly clock: VirtualClock;
	/** Lets the machine sleep: for the program no time passes, for everybody else it does. */
	suspend(seconds: number): void;
	/** Of the design node. */
	readonly faults: Faults;
	/** Of another node. */
	faultsOf(node: NodeType): Faults;
	/** What the pager answers. */
	readonly pager: { answer: HttpAnswer };
	/** Everything the pager was sent, refused tries included. */
	readonly pages: readonly Page[];
	/** What the pager took about the checks, in a form that can be compared at a glance. */
	told(): readonly string[];
	/** What the pager took about the program itself. */
	toldOfSelf(): readonly string[];
	readonly transitions: readonly Transition[];
	readonly logged: readonly string[];
	/** All checks, as `instance/check`. */
	checks(): readonly string[];
	/** Path of the database. */
	readonly store: string;
	/** Lets so many seconds pass. */
	pass(seconds: number): Promise<void>;
	/** Lets time pass until something is true; fails after an hour. */
	passUntil(isTrue: () => boolean): Promise<void>;
	/** Seconds since the beginning. */
	elapsed(): number;
	reload(options: LiveOptions): void;
	/** Asks the running program for something, over its socket: `/silence/add`, `/silence/end`, `/ack`. */
	ask(path: string, body: object): Promise<unknown>;
	/** Ends the program and starts a new one on the same database, after `offSeconds`. */
	restart(offSeconds?: number): Promise<void>;
}

export async function liveStory(options: LiveOptions = {}, beginning: Beginning = {}): Promise<LiveStory> {
	const folder = mkdtempSync(join(tmpdir(), "story-"));
	let sleptMs = 0;
	const clock = beginning.clock ?? virtualClock(undefined, quiet);
	clock.sinceBoot = () => clock.monotonic() + sleptMs;
	const elapsed = () => clock.monotonic() / 1_000;
	const simulators = new Map<NodeType, Simulator>();
	const urls: string[] = [];
	let designUrl = "";
	for (const nodeType of ["design", ...(options.nodes ?? [])] as const) {
		// A key of a Fleet Manager has two halves.
		const more = nodeType === "fleet-manager" ? ":half" : "";
		const keys = { apiKey: `${API_KEY}${more}`, adminKey: ADMIN_KEY };
		const simulator = createSimulator({ ...keys, clock, nodeType });
		simulators.set(nodeType, simulator);
		const { url } = await simulator.listen("127.0.0.1", 0);
		if (nodeType === "design") designUrl = url;
		urls.push(`${nodeType}: { url: "${url}", api_key: "\${KEY}${more}", labels: { role: ${nodeType} }`);
	}
	const faultsOf = (node: NodeType): Faults => {
		const simulator = simulators.get(node);
		if (!simulator) throw new Error(`the story has no node ${node}`);
		return simulator.faults;
	};
	const pages: Page[] = [];
	const pager = { answer: answering(204) };
	const receiver = await httpReceiver((response, request) => {
		const { type, data } = JSON.parse(request.body) as WebhookBody;
		pager.answer(response, request);
		pages.push({
			at: elapsed(),
			id: String(request.headers["webhook-id"]),
			type,
			title: data.title,
			text: data.text,
			cause: data.cause?.code,
			alerts: data.alerts.map(({ check, state }) => `${check} ${state}`),
			status: response.writableEnded ? response.statusCode : 0,
		});
	});

	const transitions: Transition[] = [];
	const logged: string[] = [];
	const write = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
	const log: Log = { debug() {}, info: write, warn: write, error: write };
	const store = join(folder, "store.db");
	const file = join(folder, "alerts.yaml");
	let current = options;

	const load = (): Config => {
		const { checks = ["- get-configuration"], routes = ["- to: [pager]"], channels = [], pager: more } = current;
		const { instance = "", instances = [] } = current;
		const [design, ...nodes] = urls;
		const all = [
			`${design}${instance && `, ${instance}`} }`,
			...nodes.map((line) => `${line}, ${WITH_ADMIN} }`),
			...instances.map((line) => line.replace("{design}", designUrl)),
		];
		const list = (lines: readonly string[]) => lines.map((line) => `  ${line}\n`).join("");
		writeFileSync(
			file,
			`instances:\n${list(all)}` +
				`check_files: [${JSON.stringify(SHIPPED)}]\nchecks:\n${list(checks)}channels:\n` +
				`  pager: { type: webhook, url: "http://127.0.0.1:${receiver.port}/"${more ? `, ${more}` : ""} }\n` +
				`${list(channels)}routes:\n${list(routes)}store: ${store}\n${(current.sections ?? []).join("\n")}\n`,
		);
		const loaded = loadConfig(file, { env: { KEY: API_KEY, ADMIN_KEY } });
		if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
		return loaded.config;
	};

	const launch = async (): Promise<App> => {
		const around = {
			clock,
			log,
			random: () => 0.5,
			readText: (path: string) => readFileSync(path, "utf8"),
			onTransition: (transition: Transition) => void transitions.push(transition),
			beats: clockBeats(clock),
			...(beginning.host && { host: beginning.host }),
			...(beginning.store && { openStore: () => beginning.store as Store }),
		};
		const launched = createApp(load(), around, { version: "0", nodeVersion: "0", pid: process.pid });
		await launched.start();
		return launched;
	};

	const taken = () =>
		pages
			.filter(({ status }) => status === 204)
			.map(({ type, alerts, cause }) => `${type} [${alerts.join(", ")}] ${cause}`);
	const isOfSelf = (line: string) => line.includes("[self ");

	let app = await launch();
	return {
		clock,
		suspend(seconds) {
			sleptMs += seconds * 1_000;
			clock.jumpWall(seconds * 1_000);
		},
		faults: faultsOf("design"),
		faultsOf,
		checks: () => load().checks.map(({ key }) => key),
		pager,
		pages,
		told: () => taken().filter((line) => !isOfSelf(line)),
		toldOfSelf: () => taken().filter(isOfSelf),
		transitions,
		logged,
		store,
		pass: (seconds) => clock.advance(seconds * 1_000),
		async passUntil(isTrue) {
			for (let second = 0; second < 3_600 && !isTrue(); second++) await clock.advance(1_000);
			if (!isTrue()) throw new Error("it did not happen within an hour");
		},
		elapsed,
		async ask(path, body) {
			const around = { clock: systemClock, uid: process.getuid?.(), timeoutMs: 5_000 };
			const asked = await askDaemon({ socket: `${store}.sock`, path }, body, around);
			if (asked.result !== "answered" || asked.status >= 300) throw new Error(JSON.stringify(asked));
			return asked.body;
		},
		reload(next) {
			current = next;
			app.reload(load());
		},
		async restart(offSeconds = 0) {
			await app.stop(0);
			await clock.advance(offSeconds * 1_000);
			app = await launch();
		},
		async [Symbol.asyncDispose]() {
			await app.stop(0);
			await Promise.all([...[...simulators.values()].map((one) => one.close()), receiver.close()]);
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
