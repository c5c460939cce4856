import { realDisk } from "../../config/disk.ts";
import { findNode } from "../../discover/node.ts";
import { CAUSES } from "../../model/cause.ts";
import type { Conversation } from "../conversation.ts";
import { EXIT, UserError } from "../exit.ts";
import type { Io } from "../io.ts";
import { around, type Draft, EXAMINATION_MS, examine, instanceOf, refuse, show, type Wrong, worstOf } from "./draft.ts";
import { isAboutKeys } from "./keys.ts";

/** Where people copy addresses from: pages of the web UI. */
const PAGE = /\/(?:home|login|projects|admin|profile|catalog|workspaces|data-portal)(?:\/.*)?$/;

/** The way there: name, connection, TLS, backend. */
export async function settleWay(draft: Draft, talk: Conversation | undefined, io: Io): Promise<void> {
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

async function examineWay({ apiKey: _key, adminKey: _admin, ...draft }: Draft, io: Io): Promise<Wrong | undefined> {
	const results = await examine(draft, io);
	const wrong = worstOf(results);
	if (wrong?.examination === "backend" && (await isNodeOfAnotherKind(draft))) return undefined;
	if (!wrong)
		show(
			results.filter((result) => !isAboutKeys(result)),
			io,
		);
	return wrong;
}

/** API nodes and Fleet Managers have no backend of this kind. */
async function isNodeOfAnotherKind(draft: Draft): Promise<boolean> {
	const node = await findNode(instanceOf(draft), around(draft, EXAMINATION_MS));
	return node.is === "node" && node.front === undefined;
}

export async function mustAsk(talk: Conversation | undefined, question: string, usual?: string): Promise<string> {
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
