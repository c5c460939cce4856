import { existsSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { type Disk, realDisk } from "../../src/config/disk.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Loaded } from "../../src/config/read.ts";

/** What `${NAME}` gives in the examples. The key must never be seen in any message. */
export const EXAMPLE_ENV = {
	API_KEY: "s3cr3t-api-key-0123456789",
	LOCAL_URL: "http://127.0.0.1:11200",
	PSK_KEY: "5f0c9a1be84d37720a6f5c3e91d84b27",
};

/** Files that exist only in a test, over the real ones. Folders need no entry of their own. */
export function memoryDisk(files: Readonly<Record<string, string>>): Disk {
	return {
		readText: (path) => files[path] ?? realDisk.readText(path),
		list(path) {
			const inside = Object.keys(files).filter((file) => file.startsWith(`${path}/`));
			return inside.length > 0 ? inside.sort() : realDisk.list(path);
		},
	};
}

const AROUND = `instances:
  design: { url: "https://dss.example.com", api_key: "\${API_KEY}" }
routes:
  - to: []
`;

/** Loads an example by its path below `folder`: a whole alerts.yaml, a folder with one, or a single check file (`.check.yaml`). */
export function loadExample(folder: string, name: string): Loaded {
	const path = relative(process.cwd(), join(folder, name));
	if (!name.endsWith(".check.yaml")) {
		const file = existsSync(join(path, "alerts.yaml")) ? join(path, "alerts.yaml") : path;
		return loadConfig(file, { env: EXAMPLE_ENV });
	}
	const declared = /^name: (.+)$/m.exec(realDisk.readText(path))?.[1] ?? "boot";
	const alerts = join(relative(process.cwd(), folder), "alerts.yaml");
	const text = `${AROUND}check_files: [${basename(name)}]\nchecks: [${declared}]\n`;
	return loadConfig(alerts, { env: EXAMPLE_ENV, disk: memoryDisk({ [alerts]: text }) });
}
