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
	/** The newest value of an item of a host. */
	latest(host: string, key: string): Promise<LatestValue>;
	/** The open problems of a host, worst first. */
	problems(host: string): Promise<readonly Problem[]>;
	/** Asks the server to run items or discovery rules at once; it looks for such wishes every 5 s. */
	executeNow(host: string, keys: readonly string[]): Promise<void>;
	/** What of a host does not work: items and rules that are not supported, triggers that are unknown; with the reason. */
	broken(host: string): Promise<readonly string[]>;
}

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
