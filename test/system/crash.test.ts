import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import type { Transition } from "../../src/model/alert.ts";
import type { WebhookBody } from "../../src/notify/webhook-body.ts";
import { httpReceiver } from "../support/http-receiver.ts";
import { configured, mustHoldNoSecret, SECRETS, start } from "../support/program.ts";
import { foreignDss } from "./foreign-dss.ts";

const KILLS = 100;
const CHECK =
	"- { use: get-configuration, every: 300ms, timeout: 250ms, retry_every: 50ms, fail_after: 2, recover_after: 1, flapping: false }";

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A row of numbers from 0 up to 1 that looks random and is the same for a seed (mulberry32). */
function randomFrom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

interface Told {
	readonly id: string;
	readonly type: string;
	readonly incident: string;
}

test(`kill -9 at ${KILLS} random moments loses no problem and no recovery, and repeats one message at most each time`, async () => {
	const seed = Math.floor(Math.random() * 2 ** 31);
	const random = randomFrom(seed);
	const told: Told[] = [];
	let heardOne = () => {};
	const pager = await httpReceiver((response, { headers, body }) => {
		mustHoldNoSecret(body);
		const { type, data } = JSON.parse(body) as WebhookBody;
		for (const { check, incident } of data.alerts) {
			if (check !== "self") told.push({ id: String(headers["webhook-id"]), type, incident });
		}
		heardOne();
		// Some are killed between the delivery and its acknowledgement.
		setTimeout(() => response.writeHead(204).end(), random() * 60);
	});
	const dss = await foreignDss(SECRETS.DSS_KEY);
	onTestFinished(async () => {
		await Promise.all([pager.close(), dss.close()]);
	});
	const { file, store } = configured(dss.url, {
		checks: [CHECK],
		channels: [`pager: { type: webhook, url: "http://127.0.0.1:${pager.port}/" }`],
		routes: ["- to: [pager]"],
	});

	let isPlaying = true;
	const play = (async () => {
		while (isPlaying) {
			await dss.play("bad gateway");
			await rest(600 + random() * 600);
			await dss.play("well");
			await rest(400 + random() * 400);
		}
	})();
	for (let kill = 0; kill < KILLS; kill++) {
		// In the middle of its start, of its work, or of a delivery: the moments that hurt most.
		const daemon = start(["-c", file]);
		const message = new Promise<void>((resolve) => {
			heardOne = resolve;
		});
		if (random() < 0.2) await rest(random() * 600);
		else {
			await daemon.until(/"watching"/, 30_000);
			await Promise.race([rest(random() * 5_000), message]);
			await rest(random() * 60);
		}
		daemon.process.kill("SIGKILL");
		await daemon.ended;
	}
	isPlaying = false;
	await play;
	await dss.play("well");
	const last = start(["-c", file]);
	await last.until(/"watching"/, 20_000);
	await rest(6_000);
	last.process.kill("SIGTERM");
	expect((await last.ended).code).toBe(0);

	const db = new DatabaseSync(store, { readOnly: true });
	const rows = db.prepare("SELECT transition FROM transitions ORDER BY id").all() as { transition: string }[];
	const unsent = db.prepare("SELECT count(*) AS count FROM outbox WHERE result IS NULL").get();
	db.close();
	const transitions = rows.map(({ transition }) => JSON.parse(transition) as Transition);
	const decided = (change: Transition["change"]) =>
		transitions.filter((one) => one.change === change && !one.key.startsWith("dss-probe/")).map((one) => one.incident);
	const heard = (type: string) => new Set(told.filter((one) => one.type === type).map(({ incident }) => incident));

	expect(decided("fired").length).toBeGreaterThan(KILLS / 10);
	expect(decided("resolved")).toEqual(decided("fired"));
	expect([...heard("alert.firing")].toSorted()).toEqual(decided("fired").toSorted());
	expect([...heard("alert.resolved")].toSorted()).toEqual(decided("resolved").toSorted());
	expect(unsent).toEqual({ count: 0 });
	const ids = Map.groupBy(told, ({ incident, type }) => `${incident} ${type}`);
	for (const same of ids.values()) expect(new Set(same.map(({ id }) => id)).size).toBe(1);
	for (const incident of heard("alert.firing")) {
		const types = told.filter((one) => one.incident === incident).map(({ type }) => type);
		expect(types.indexOf("alert.resolved")).toBeGreaterThan(types.lastIndexOf("alert.firing"));
	}
	expect(told.length - ids.size, `seed ${seed}`).toBeLessThanOrEqual(KILLS);
}, 480_000);
