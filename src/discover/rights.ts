import { evidence } from "../dss/evidence.ts";
import type { Instance } from "../dss/instance.ts";
import { ADMIN_CALL } from "../dss/rights.ts";
import type { Fault } from "../model/sample.ts";
import { type Around, openApi, textIn } from "./looks.ts";

/** What one key may do, as far as a call that only reads can tell. */
export type KeyFound =
	| { readonly is: "missing" }
	| { readonly is: "accepted"; readonly whose: string; readonly isAdmin: boolean | undefined }
	/** DSS refused it, or no answer of DSS came. */
	| { readonly is: "refused"; readonly fault: Fault };

/** The keys of an instance. `admin` is the one that administrator's calls would go out with. */
export interface KeysFound {
	readonly own: KeyFound;
	readonly admin: KeyFound;
}

/** Tries the keys of a node with a public API. */
export async function findKeys(instance: Instance, around: Around): Promise<KeysFound> {
	const own = instance.apiKey ? await findKey(instance, around, "self") : ({ is: "missing" } as const);
	const admin = instance.adminKey ? await findKey(instance, around, "admin") : own;
	return { own, admin };
}

async function findKey(instance: Instance, around: Around, as: "self" | "admin"): Promise<KeyFound> {
	const client = openApi(instance, around, as);
	const who = await client.get("/auth/info", { withSecrets: false });
	if (!who.ok) return { is: "refused", fault: who.fault };
	const admin = await client.get(ADMIN_CALL);
	const isDenied = !admin.ok && ["right_missing", "key_rejected"].includes(admin.fault.code);
	return {
		is: "accepted",
		whose: evidence(textIn(who.json, "authIdentifier") ?? "somebody without a name"),
		isAdmin: admin.ok ? true : isDenied ? false : undefined,
	};
}

export const mayAdminister = (keys: KeysFound): boolean => keys.admin.is === "accepted" && keys.admin.isAdmin === true;
