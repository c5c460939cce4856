import { readFileSync } from "node:fs";

/** The version in package.json, which lies one or two folders above, bundled or not. */
export function programVersion(): string {
	for (const up of ["../package.json", "../../package.json"]) {
		try {
			const { name, version } = JSON.parse(readFileSync(new URL(up, import.meta.url), "utf8")) as Record<
				string,
				string
			>;
			if (name === "dss-probe" && version) return version;
		} catch {
			// Not there: one folder further up, then.
		}
	}
	return "unknown";
}
