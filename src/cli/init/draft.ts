import { deadlineOf, systemClock } from "../../clock.ts";
import { realDisk } from "../../config/disk.ts";
import type { Around } from "../../discover/looks.ts";
import type { Instance } from "../../dss/instance.ts";
import type { Finding } from "../../examine/examination.ts";
import { nodeSection } from "../../examine/examine.ts";
import { makeRound, type Result } from "../../examine/round.ts";
import { redactor, Secret } from "../../model/secret.ts";
import type { Conversation } from "../conversation.ts";
import { report } from "../doctor-report.ts";
import { EXIT, UserError } from "../exit.ts";
import type { Io } from "../io.ts";
import type { SecretSource } from "../named-secret.ts";

/** What is known of the node so far. */
export interface Draft {
	url: string;
	ca?: string;
	apiKey?: SecretSource | undefined;
	adminKey?: SecretSource | undefined;
	/** Where this is the host of DSS. */
	dataDir?: string;
	/** Of a Fleet Manager. */
	tenant?: string;
}

type Told = Extract<Finding, { readonly todo: string }>;
/** What is wrong, by the examination that found it. */
export interface Wrong {
	readonly examination: string;
	readonly finding: Told;
}

export const EXAMINATION_MS = 15_000;
const CALL_MS = 10_000;

/** Looks at the node as doctor does, with what is known of it so far. */
export async function examine(draft: Draft, io: Io): Promise<readonly Result[]> {
	const secrets = [draft.apiKey, draft.adminKey].flatMap((source) => source?.value ?? []);
	const results = await makeRound([nodeSection(instanceOf(draft), { clock: systemClock })], {
		clock: systemClock,
		atOnce: 1,
		deadlineMs: EXAMINATION_MS,
		redact: redactor(secrets),
		onBegin: (_section, examination) => io.terminal.progress?.(`${draft.url}: ${examination}`),
	});
	io.terminal.progress?.("");
	return results.map((result) => ({ ...result, section: draft.url }));
}

/** How the node is asked what it is, all in all for so long at most, ms. */
export function around({ tenant }: Draft, totalMs: number): Around {
	const signal = deadlineOf(systemClock, totalMs);
	return { clock: systemClock, signal, timeoutMs: CALL_MS, ...(tenant !== undefined && { tenant }) };
}

export function instanceOf({ url, ca, apiKey, adminKey, dataDir }: Draft): Instance {
	return {
		name: "node",
		url,
		...(apiKey && { apiKey: new Secret(apiKey.value) }),
		...(adminKey && { adminKey: new Secret(adminKey.value) }),
		apiPrefix: "/public/api",
		labels: {},
		...(dataDir !== undefined && { dataDir }),
		tls: { verify: true, ...(ca !== undefined && { ca: realDisk.readText(ca) }) },
	};
}

export function worstOf(results: readonly Result[]): Wrong | undefined {
	for (const { examination, findings } of results) {
		const finding = findings.find((one): one is Told => one.level === "critical");
		if (finding) return { examination, finding };
	}
	return undefined;
}

/** Says what is wrong; without a person to ask again that is the end. */
export function refuse({ examination, finding }: Wrong, talk: Conversation | undefined, io: Io): void {
	if (!talk)
		throw new UserError(`${examination}: ${finding.seen}\n${finding.todo}\nNothing was written.`, EXIT.critical);
	show([{ section: "Not yet:", examination, findings: [finding] }], io);
}

export function show(results: readonly Result[], io: Io): void {
	if (results.length > 0) io.terminal.err(`${report(results, io.terminal)}\n`);
}
