import { evidence } from "../../dss/evidence.ts";
import type { Instance } from "../../dss/instance.ts";
import type { Host } from "../../host/host.ts";
import { folderHidden } from "../../host/unit.ts";
import type { Finding } from "../kind.ts";

/** A look that could not be taken, for a reason that lies with dss-probe or the machine it runs on. */
export function blind(text: string): Finding {
	return { values: {}, fault: { code: "prober_misconfigured", text: evidence(text) } };
}

/** The same where a folder or file cannot be looked at: what hides it is named. */
export async function blindAt(host: Host, path: string, text: string): Promise<Finding> {
	return blind((await folderHidden(host, path)) ?? text);
}

/** Why a kind that looks at this machine cannot work here. */
export function unfit(kind: string, { platform }: Host): Finding | undefined {
	return platform === "linux" ? undefined : blind(`the probe kind ${kind} works on Linux only; this is ${platform}`);
}

/** The data directory of the instance. The configuration sees to it that there is one. */
export function dataDirOf({ name, dataDir }: Instance): string {
	if (dataDir === undefined) throw new Error(`instances.${name}.data_dir is not set`);
	return dataDir;
}
