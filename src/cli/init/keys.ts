import { findKeys, mayAdminister } from "../../discover/rights.ts";
import type { Result } from "../../examine/round.ts";
import type { Conversation } from "../conversation.ts";
import type { Io } from "../io.ts";
import { type SecretSource, secretFrom, secretTyped } from "../named-secret.ts";
import { around, type Draft, EXAMINATION_MS, examine, instanceOf, refuse, show, type Wrong, worstOf } from "./draft.ts";

/** How keys are named on the command line. */
export interface KeyOptions {
	readonly keyFrom?: string;
	readonly adminKeyFrom?: string;
}

/** The examinations that need a key. */
const OF_KEYS = ["API key", "admin key", "rights"];

/** The keys, each tried as soon as it is known. */
export async function settleKeys(
	draft: Draft,
	options: KeyOptions,
	talk: Conversation | undefined,
	io: Io,
): Promise<void> {
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
	const isAdmin = talk && draft.apiKey && adminKeyFrom === undefined && (await isAdministrators(draft));
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

/** Whether the key is known to be an administrator's, so that no second one is needed. */
async function isAdministrators(draft: Draft): Promise<boolean> {
	return mayAdminister(await findKeys(instanceOf(draft), around(draft, EXAMINATION_MS)));
}

export function isAboutKeys({ examination }: Result): boolean {
	return OF_KEYS.includes(examination);
}

/** Examined for the sake of a key, and not left out. */
function isOfKey(result: Result): boolean {
	return isAboutKeys(result) && result.findings.some(({ level }) => level !== "skipped");
}

/** What is wrong with a key. A Fleet Manager or an API node has none of this kind, which its backend shows. */
function wrongKey(results: readonly Result[] | undefined): Wrong | undefined {
	const wrong = worstOf(results ?? []);
	return wrong?.examination === "backend" ? undefined : wrong;
}
