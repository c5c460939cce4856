import * as z from "zod";
import { tlsOptions } from "../dss/instance.ts";
import { duration } from "../model/duration.ts";
import { type Secret, secret } from "../model/secret.ts";
import { size } from "../model/size.ts";

const PORT = 10_051;

/** Where a Zabbix server or proxy takes values. */
export interface Address {
	readonly host: string;
	readonly port: number;
}

const ADDRESS = /^(?:\[([\da-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/;
const NO_ADDRESS = "is no address: write host:port, such as zabbix.example.com:10051";

const address = () =>
	z
		.string(NO_ADDRESS)
		.regex(ADDRESS, NO_ADDRESS)
		.transform((text, context): Address => {
			const [, v6, host = "", port = String(PORT)] = ADDRESS.exec(text) ?? [];
			if (Number(port) >= 1 && Number(port) <= 65_535) return { host: v6 ?? host, port: Number(port) };
			context.issues.push({ code: "custom", input: text, message: "has a port that is not between 1 and 65535" });
			return z.NEVER;
		});

/** An entry under `sinks:` with `type: zabbix`. */
export const zabbixOptions = z.strictObject({
	type: z.literal("zabbix"),
	server: z
		.union([address(), z.array(address()).min(1)])
		.transform((given) => (Array.isArray(given) ? given : [given]))
		.describe("Zabbix server or proxy, host:port (port 10051 if left out). A list names the nodes of one cluster."),
	host: z
		.string()
		.min(1, "is empty")
		.default("{instance}")
		.describe(
			"Technical name of the Zabbix host of an instance; {instance} and the names of its labels are filled in.",
		),
	source_ip: z
		.union([z.ipv4(), z.ipv6()], { error: "is no IP address" })
		.optional()
		.describe("Own address to send from."),
	every: duration()
		.refine((ms) => ms >= 100, "is shorter than 100ms")
		.default(5_000)
		.describe("Values are gathered for this long and sent together."),
	batch: z.int().min(1).max(10_000).default(250).describe("Most values of one request."),
	values: z
		.boolean()
		.default(false)
		.describe("Also sends every value of every check as an item of its own, besides the one that tells all."),
	queue: z
		.int()
		.min(100)
		.max(1_000_000)
		.default(20_000)
		.describe("Most values that wait while Zabbix is away; the oldest are dropped."),
	queue_size: size().default(16_000_000).describe("Most memory that they take."),
	timeout: duration().default(10_000).describe("Longest time of one request."),
	tls: tlsOptions
		.extend({
			cert: z.string().optional().describe("File with our own PEM certificate, where Zabbix asks for one."),
			key: z.string().optional().describe("File with its PEM key."),
			server_name: z.string().optional().describe("Name in the server's certificate. Default: the host of server."),
		})
		.optional(),
	psk: z
		.strictObject({
			identity: z.string().min(1).max(128).describe("PSK identity, as the Zabbix host has it."),
			key: secret().describe("The key, 32 to 512 hexadecimal digits."),
		})
		.refine(({ key }) => /^(?:[\da-fA-F]{2}){16,256}$/.test(key.reveal()), {
			path: ["key"],
			error: "is not 32 to 512 hexadecimal digits, an even number of them",
		})
		.optional(),
});

type ZabbixOptions = z.output<typeof zabbixOptions>;
/** The options with the files that they name read: PEM texts in place of paths. */
export type ZabbixSettings = Omit<ZabbixOptions, "tls"> & { readonly tls?: TlsSettings | undefined };
export type TlsSettings = Omit<NonNullable<ZabbixOptions["tls"]>, "key"> & { readonly key?: Secret };
