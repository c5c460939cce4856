import { systemClock } from "../clock.ts";
import { NAME, NAME_RULE } from "../config/checks.ts";
import { realDisk } from "../config/disk.ts";
import { OWN_NAME } from "../config/instances.ts";
import { type Discovery, discover, roleLabel } from "../discover/discover.ts";
import { inWords } from "../discover/in-words.ts";
import { findNode } from "../discover/node.ts";
import type { Instance } from "../dss/instance.ts";
import type { Finding } from "../examine/examination.ts";
import { makeRound, nodeSection } from "../examine/examine.ts";
import type { Result } from "../examine/round.ts";
import { CAUSES } from "../model/cause.ts";
import { redactor, Secret } from "../model/secret.ts";
import type { Conversation } from "./conversation.ts";
import { report } from "./doctor-report.ts";
import { EXIT, UserError } from "./exit.ts";
import type { Io } from "./io.ts";
import { type SecretSource, secretFrom, secretTyped } from "./named-secret.ts";

export interface NodeOptions {
	readonly url?: string;
	readonly keyFrom?: string;
	readonly adminKeyFrom?: string;
	readonly ca?: string;
	readonly name?: string;
}

/** A node that was tried, with what was found on it. */
export interface SettledNode {
	readonly discovery: Discovery;
	readonly apiKey?: SecretSource;
	readonly adminKey?: SecretSource;
	readonly ca?: string;
}

/** What is known of the node so far. */
interface Draft {
	url: string;
	ca?: string;
	apiKey?: SecretSource | undefined;
	adminKey?: SecretSource | undefined;
}

type Told = Extract<Finding, { readonly todo: string }>;
/** What is wrong, by the examination that found it. */
interface Wrong {
	readonly examination: string;
	readonly finding: Told;
}

const EXAMINATION_MS = 15_000;
const CALL_MS = 10_000;
const DISCOVERY_MS = 60_000;
/** The examinations that need a key. */
const OF_KEYS = ["API key", "admin key", "rights"];
/** Where people copy addresses from: pages of the web UI. */
const PAGE = /\/(?:home|login|projects|admin|profile|catalog|workspaces|data-portal)(?:\/.*)?$/;

/**
 * Finds out which node is meant, tries address and keys at once, and asks again for what is wrong. Without a person it ends
 * with the first thing that is.
 */
export async function settleNode(options: NodeOptions, talk: Conversation | undefined, io: Io): Promise<SettledNode> {
	if (options.name !== undefined) refuseName(options.name);
	const draft: Draft = {
		url: addressIn(options.url ?? (await mustAsk(talk, "Address of the DSS node"))),
		...(options.ca !== undefined && { ca: options.ca }),
	};
	await settleWay(draft, talk, io);
	await settleKeys(draft, options, talk, io);
	io.terminal.progress?.("looking at what is on the node");
	const around = { clock: systemClock, signal: AbortSignal.timeout(DISCOVERY_MS), timeoutMs: CALL_MS };
	const found = await discover(instanceOf(draft), around);
	io.terminal.progress?.("");
	const empty = emptyWords(found);
	if (empty !== undefined) throw new UserError(`${empty}\nNothing was written.`, EXIT.critical);
	if (talk) io.terminal.err(`${inWords(found)[0]}\n`);
	const name = options.name ?? (await askName(talk, roleLabel(found)));
	const { apiKey, adminKey, ca } = draft;
	return {
		discovery: { ...found, instance: { ...found.instance, name } },
		...(apiKey && { apiKey }),
		...(adminKey && { adminKey }),
		...(ca !== undefined && { ca }),
	};
}

/** Why nothing can be watched on a node yet, if that is so: a configuration without a check would be none. */
export function emptyWords(found: Discovery): string | undefined {
	if (found.proposals.some(({ lacks }) => lacks === undefined)) return undefined;
	const missing = found.proposals.map(({ check, lacks }) => `\n  ${check} needs ${lacks}`).join("");
	const why = missing === "" ? "." : ` as it is:${missing}`;
	return `${inWords(found).join("\n")}\nNo check that comes with dss-probe works there${why}`;
}

async function mustAsk(talk: Conversation | undefined, question: string, usual?: string): Promise<string> {
	if (!talk) throw new UserError("init needs --url where it cannot ask", EXIT.usage);
	for (;;) {
		const answer = await talk.ask(question, usual === undefined ? {} : { usual });
		if (answer !== "") return answer;
	}
}

/** The base address in what somebody typed or copied. */
export function addressIn(given: string): string {
	const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `https://${given}`;
	return text
		.replace(/[?#].*$/, "")
		.replace(PAGE, "")
		.replace(/\/+$/, "");
}

/** The way there: name, connection, TLS, backend. */
async function settleWay(draft: Draft, talk: Conversation | undefined, io: Io): Promise<void> {
	for (;;) {
		const { url, ca } = draft;
		const wrong = wrongAddress(url) ?? wrongAuthority(ca) ?? (await examineWay(draft, io));
		if (!wrong) return;
		refuse(wrong, talk, io);
		const isUntrusted = wrong.finding.seen.startsWith(CAUSES.certificate_untrusted.text);
		const file = isUntrusted || wrong.examination === "CA" ? await askAuthority(talk) : "";
		if (file !== "") draft.ca = file;
		else {
			if (wrong.examination === "CA") delete draft.ca;
			draft.url = addressIn(await mustAsk(talk, "Address (Enter: this again)", url));
		}
	}
}

async function askAuthority(talk: Conversation | undefined): Promise<string> {
	return (await talk?.ask("PEM file of your own authority (Enter: another address)")) ?? "";
}

async function examineWay({ url, ca }: Draft, io: Io): Promise<Wrong | undefined> {
	const draft = ca === undefined ? { url } : { url, ca };
	const results = await examine(draft, io);
	const wrong = worstOf(results);
	if (wrong?.examination === "backend" && (await isNodeOfAnotherKind(draft))) return undefined;
	if (!wrong)
		show(
			results.filter(({ examination }) => !OF_KEYS.includes(examination)),
			io,
		);
	return wrong;
}

/** API nodes and Fleet Managers have no backend of this kind. */
async function isNodeOfAnotherKind(draft: Draft): Promise<boolean> {
	const around = { clock: systemClock, signal: AbortSignal.timeout(EXAMINATION_MS), timeoutMs: CALL_MS };
	const node = await findNode(instanceOf(draft), around);
	return node.is === "node" && node.front === undefined;
}

/** The keys, each tried as soon as it is known. */
async function settleKeys(draft: Draft, options: NodeOptions, talk: Conversation | undefined, io: Io): Promise<void> {
	const { keyFrom, adminKeyFrom } = options;
	const typed = async (question: string, name: string): Promise<SecretSource | undefined> => {
		const value = await talk?.ask(question, { hidden: true });
		return value ? secretTyped(name, value, io.env) : undefined;
	};
	const askKey = () => typed("API key (not shown; Enter: none, only what needs no key is watched)", "DSS_API_KEY");
	draft.apiKey = keyFrom === undefined ? await askKey() : secretFrom("--key-from", keyFrom, io.env);
	let found = draft.apiKey && (await examine(draft, io));
	for (let wrong = wrongKey(found); wrong; wrong = wrongKey(found)) {
		refuse(wrong, talk, io);
		draft.apiKey = await askKey();
		found = draft.apiKey && (await examine(draft, io));
	}
	show(found?.filter(isOfKey) ?? [], io);
	const isAdmin = found?.some(
		({ examination, findings }) => examination === "rights" && findings[0]?.level === "warning",
	);
	const askAdmin = () =>
		typed("Key with admin rights, for licence and disk use (not shown; Enter: none)", "DSS_ADMIN_KEY");
	if (adminKeyFrom !== undefined) draft.adminKey = secretFrom("--admin-key-from", adminKeyFrom, io.env);
	else if (draft.apiKey && !isAdmin) draft.adminKey = await askAdmin();
	for (; draft.adminKey; draft.adminKey = await askAdmin()) {
		const results = await examine(draft, io);
		const wrong = wrongKey(results);
		if (!wrong)
			return show(
				results.filter(({ examination }) => examination === "admin key"),
				io,
			);
		refuse(wrong, talk, io);
	}
}

/** Examined for the sake of a key, and not left out. */
function isOfKey({ examination, findings }: Result): boolean {
	return OF_KEYS.includes(examination) && findings.some(({ level }) => level !== "skipped");
}

/** What is wrong with a key. A Fleet Manager or an API node has none of this kind, which its backend shows. */
function wrongKey(results: readonly Result[] | undefined): Wrong | undefined {
	const wrong = worstOf(results ?? []);
	return wrong?.examination === "backend" ? undefined : wrong;
}

async function examine(draft: Draft, io: Io): Promise<readonly Result[]> {
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

function instanceOf({ url, ca, apiKey, adminKey }: Draft): Instance {
	return {
		name: "node",
		url,
		...(apiKey && { apiKey: new Secret(apiKey.value) }),
		...(adminKey && { adminKey: new Secret(adminKey.value) }),
		apiPrefix: "/public/api",
		labels: {},
		tls: { verify: true, ...(ca !== undefined && { ca: realDisk.readText(ca) }) },
	};
}

function worstOf(results: readonly Result[]): Wrong | undefined {
	for (const { examination, findings } of results) {
		const finding = findings.find((one): one is Told => one.level === "critical");
		if (finding) return { examination, finding };
	}
	return undefined;
}

function wrongAddress(url: string): Wrong | undefined {
	const parsed = URL.canParse(url) ? new URL(url) : undefined;
	const wrong = (seen: string, todo: string): Wrong => ({
		examination: "address",
		finding: { level: "critical", seen, todo },
	});
	if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.hostname === "") {
		return wrong("this is no address of a web server", "Copy it from the browser: https://dss.example.com");
	}
	if (parsed.username === "" && parsed.password === "") return undefined;
	return wrong("the address holds a user or a password", "Leave them out: the API key is asked for by itself.");
}

function wrongAuthority(ca: string | undefined): Wrong | undefined {
	if (ca === undefined) return undefined;
	const todo = "Give a file with certificates that begin with -----BEGIN CERTIFICATE-----.";
	const wrong = (seen: string): Wrong => ({ examination: "CA", finding: { level: "critical", seen, todo } });
	try {
		return realDisk.readText(ca).includes("-----BEGIN CERTIFICATE-----")
			? undefined
			: wrong(`${ca} holds no certificate in PEM form`);
	} catch (error) {
		return wrong(`${ca} cannot be read: ${(error as Error).message}`);
	}
}

/** Says what is wrong; without a person to ask again that is the end. */
function refuse({ examination, finding }: Wrong, talk: Conversation | undefined, io: Io): void {
	if (!talk)
		throw new UserError(`${examination}: ${finding.seen}\n${finding.todo}\nNothing was written.`, EXIT.critical);
	show([{ section: "Not yet:", examination, findings: [finding] }], io);
}

function show(results: readonly Result[], io: Io): void {
	if (results.length > 0) io.terminal.err(`${report(results, io.terminal)}\n`);
}

async function askName(talk: Conversation | undefined, usual: string): Promise<string> {
	for (;;) {
		const name = (await talk?.ask("Name for this node", { usual })) ?? usual;
		try {
			refuseName(name);
			return name;
		} catch (error) {
			if (!talk || !(error instanceof UserError)) throw error;
		}
	}
}

function refuseName(name: string): void {
	if (!NAME.test(name)) throw new UserError(`--name: "${name}" ${NAME_RULE}`, EXIT.usage);
	if (name === OWN_NAME) throw new UserError(`--name: "${name}" is the name of this program`, EXIT.usage);
}
