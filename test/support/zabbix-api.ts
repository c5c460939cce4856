/** A value as Zabbix keeps it, with what it thinks of its item. */
interface LatestValue {
	readonly value: string;
	/** Seconds since 1970; 0 before the first value. */
	readonly clock: number;
	readonly isSupported: boolean;
	/** Why the item is not supported. */
	readonly error: string;
}

/** A problem that is open. */
interface Problem {
	readonly name: string;
	/** From 0, not classified, to 5, disaster. */
	readonly severity: number;
	readonly opdata: string;
	readonly tags: Readonly<Record<string, string>>;
}

/** The API of a Zabbix frontend as its administrator sees it, and the questions that tests ask of it. */
export interface ZabbixApi {
	/** Calls a method of Zabbix's JSON-RPC API; throws with Zabbix's own words. */
	call<Result>(method: string, params: unknown): Promise<Result>;
	/** Imports a template; what is not in it any more is removed. */
	importTemplate(source: string, format: "yaml" | "json" | "xml"): Promise<void>;
	/** What importing a template would change, as paths through the template: `+items`, `-triggers`, `~items`. */
	importChanges(source: string, format: "yaml" | "json" | "xml"): Promise<readonly string[]>;
	/** Makes a host from a template. Its interface is one that nothing listens at; external checks ask for one. */
	createHost(host: string, template: string, macros?: Readonly<Record<string, string>>): Promise<void>;
	/** The newest value of an item of a host. */
	latest(host: string, key: string): Promise<LatestValue>;
	/** The open problems of a host, worst first. */
	problems(host: string): Promise<readonly Problem[]>;
	/** Asks the server to run items or discovery rules at once; it looks for such wishes every 5 s. */
	executeNow(host: string, keys: readonly string[]): Promise<void>;
	/** What of a host does not work: items and rules that are not supported, triggers that are unknown; with the reason. */
	broken(host: string): Promise<readonly string[]>;
}

const ALL = { createMissing: true, updateExisting: true, deleteMissing: true } as const;
const RULES = {
	groups: { createMissing: true, updateExisting: true },
	templates: { createMissing: true, updateExisting: true },
	templateLinkage: { createMissing: true, deleteMissing: true },
	...{ valueMaps: ALL, items: ALL, discoveryRules: ALL, triggers: ALL, graphs: ALL, httptests: ALL },
	templateDashboards: ALL,
} as const;

interface ItemRow {
	readonly itemid: string;
	readonly key_: string;
	readonly state: string;
	readonly error: string;
	readonly lastvalue: string;
	readonly lastclock: string;
}

/** Logs in as Zabbix's first administrator. @param url of api_jsonrpc.php */
export async function zabbixApi(url: string): Promise<ZabbixApi> {
	let auth: string | undefined;
	const call = async <Result>(method: string, params: unknown): Promise<Result> => {
		const response = await fetch(url, {
			method: "POST",
			headers: { "content-type": "application/json-rpc" },
			body: JSON.stringify({ jsonrpc: "2.0", method, params, ...(auth !== undefined && { auth }), id: 1 }),
		});
		const text = await response.text();
		let answer: { result?: Result; error?: { message: string; data: string } };
		try {
			answer = JSON.parse(text);
		} catch {
			throw new Error(`${method}: HTTP ${response.status} ${text.slice(0, 500)}`);
		}
		if (answer.error) throw new Error(`${method}: ${answer.error.message} ${answer.error.data}`);
		return answer.result as Result;
	};
	const rows = async (host: string, keys: readonly string[]): Promise<readonly ItemRow[]> => {
		const of = { host, filter: { key_: keys }, output: ["itemid", "key_", "state", "error", "lastvalue", "lastclock"] };
		return [...(await call<ItemRow[]>("item.get", of)), ...(await call<ItemRow[]>("discoveryrule.get", of))];
	};
	auth = await call<string>("user.login", { username: "Admin", password: "zabbix" });
	return {
		call,
		async importTemplate(source, format) {
			await call("configuration.import", { format, source, rules: RULES });
		},
		async importChanges(source, format) {
			return changesIn(await call("configuration.importcompare", { format, source, rules: RULES }));
		},
		async createHost(host, template, macros = {}) {
			const group = "Probe tests";
			const known = await call<{ groupid: string }[]>("hostgroup.get", { filter: { name: [group] } });
			const made = known[0] ?? {
				groupid: (await call<{ groupids: string[] }>("hostgroup.create", { name: group })).groupids[0],
			};
			const [found] = await call<{ templateid: string }[]>("template.get", { filter: { host: [template] } });
			if (!found) throw new Error(`there is no template ${template}`);
			await call("host.create", {
				host,
				groups: [{ groupid: made.groupid }],
				templates: [{ templateid: found.templateid }],
				interfaces: [{ type: 1, main: 1, useip: 1, ip: "127.0.0.1", dns: "", port: "10050" }],
				macros: Object.entries(macros).map(([macro, value]) => ({ macro, value })),
			});
		},
		async latest(host, key) {
			const [row] = await rows(host, [key]);
			if (!row) throw new Error(`host ${host} has no item ${key}`);
			return { value: row.lastvalue, clock: Number(row.lastclock), isSupported: row.state === "0", error: row.error };
		},
		async problems(host) {
			const [found] = await call<{ hostid: string }[]>("host.get", { filter: { host: [host] }, output: ["hostid"] });
			if (!found) throw new Error(`there is no host ${host}`);
			const open = await call<
				{ name: string; severity: string; opdata: string; tags: { tag: string; value: string }[] }[]
			>("problem.get", { hostids: [found.hostid], output: ["name", "severity", "opdata"], selectTags: "extend" });
			return open
				.map(({ name, severity, opdata, tags }) => ({
					name,
					severity: Number(severity),
					opdata,
					tags: Object.fromEntries(tags.map(({ tag, value }) => [tag, value])),
				}))
				.toSorted((a, b) => b.severity - a.severity || a.name.localeCompare(b.name));
		},
		async executeNow(host, keys) {
			const found = await rows(host, keys);
			if (found.length < keys.length) throw new Error(`host ${host} has not all of ${keys.join(", ")}`);
			await call(
				"task.create",
				found.map(({ itemid }) => ({ type: 6, request: { itemid } })),
			);
		},
		async broken(host) {
			const of = { host, filter: { state: "1" }, output: "extend" };
			const items = [...(await call<ItemRow[]>("item.get", of)), ...(await call<ItemRow[]>("discoveryrule.get", of))];
			const triggers = await call<{ description: string; error: string }[]>("trigger.get", of);
			return [
				...items.map(({ key_, error }) => `${key_}: ${error}`),
				...triggers.map(({ description, error }) => `${description}: ${error}`),
			];
		},
	};
}

/** Zabbix lists what is added, removed and updated; in what is updated again the same for each kind of its parts. */
function changesIn(compared: object, at = ""): readonly string[] {
	return Object.entries(compared).flatMap(([kind, { added = [], removed = [], updated = [] }]) => [
		...added.map(() => `+${at}${kind}`),
		...removed.map(() => `-${at}${kind}`),
		...updated.flatMap(({ before, after, ...parts }: { before: object; after: object }) => [
			...differing(before, after).map((key) => `~${at}${kind}: ${key}`),
			...changesIn(parts, `${at}${kind}/`),
		]),
	]);
}

/** The keys that differ. The frontend keeps line ends of its own. */
function differing(before: object, after: object): readonly string[] {
	const text = (part: object, key: string) =>
		JSON.stringify(part[key as keyof typeof part])?.replaceAll("\\r\\n", "\\n");
	const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
	return [...keys].filter((key) => text(before, key) !== text(after, key));
}
