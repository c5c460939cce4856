import { request } from "node:http";
import * as z from "zod";
import type { ProbeContext } from "../kind.ts";
import type { FeedOptions } from "./feed-options.ts";
import type { Listed, Target } from "./feed-target.ts";

/** A description of 500 containers has a third of this, bytes. */
const MOST_BYTES = 10_000_000;
/** Without a version of the API before it: each Docker refuses those that are too old or too new for it, Podman has this too. */
const LIST = "/containers/json";

const containers = z.array(
	z.object({
		Id: z.string(),
		Names: z.array(z.string()).nullish(),
		Image: z.string().optional(),
		State: z.string().optional(),
		Status: z.string().optional(),
		Ports: z.array(z.object({ PrivatePort: z.number(), Type: z.string().optional() })).nullish(),
		HostConfig: z.object({ NetworkMode: z.string().optional() }).optional(),
		NetworkSettings: z
			.object({ Networks: z.record(z.string(), z.object({ IPAddress: z.string().optional() })).nullish() })
			.optional(),
	}),
);

type Container = z.output<typeof containers>[number];
type DockerOptions = NonNullable<FeedOptions["docker"]>;

/** Asks Docker over its socket for the containers with the labels; each is a target at its own address. */
export async function dockerTargets(
	options: DockerOptions,
	way: { readonly scheme: string; readonly path: string },
	context: Pick<ProbeContext, "signal" | "timeoutMs" | "clock">,
): Promise<Listed> {
	const label = Object.entries(options.labels).map(([name, value]) => (value === "" ? name : `${name}=${value}`));
	const query = new URLSearchParams({ all: "true", filters: JSON.stringify({ label }) });
	const answer = await ask(options.socket, `${LIST}?${query}`, context);
	if (!answer.ok) return { ok: false, why: `Docker at ${options.socket}: ${answer.why}` };
	const parsed = containers.safeParse(answer.json);
	if (!parsed.success) return { ok: false, why: `Docker at ${options.socket} answers no list of containers` };
	const wanted = parsed.data.filter(
		({ State }) => State === undefined || State === "running" || options.stopped === "down",
	);
	return { ok: true, targets: wanted.map((container) => toTarget(container, options, way)) };
}

function toTarget(
	container: Container,
	{ port, network }: DockerOptions,
	{ scheme, path }: { readonly scheme: string; readonly path: string },
): Target {
	const name = (container.Names?.[0] ?? container.Id.slice(0, 12)).replace(/^\//, "");
	const labels: Record<string, string> = { container: name };
	if (container.Image !== undefined) labels["image"] = container.Image;
	const down = (reason: string): Target => ({ name, labels, reason });
	if (container.State !== undefined && container.State !== "running") {
		return down(`the container is ${container.State}${container.Status ? ` (${container.Status})` : ""}`);
	}
	const address = addressOf(container, network);
	if (address === undefined) return down(network ? `no address in the network ${network}` : "no address of its own");
	const exposed = [
		...new Set((container.Ports ?? []).filter(({ Type = "tcp" }) => Type === "tcp").map((one) => one.PrivatePort)),
	];
	const chosen = port ?? (exposed.length === 1 ? exposed[0] : undefined);
	if (chosen === undefined) return down(`exposes ${exposed.length} ports: docker.port must say which`);
	return { name, labels, url: `${scheme}://${address.includes(":") ? `[${address}]` : address}:${chosen}${path}` };
}

function addressOf({ NetworkSettings, HostConfig }: Container, network: string | undefined): string | undefined {
	if (HostConfig?.NetworkMode === "host") return "127.0.0.1";
	const networks = Object.entries(NetworkSettings?.Networks ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
	const chosen = network === undefined ? networks : networks.filter(([name]) => name === network);
	return chosen.map(([, { IPAddress }]) => IPAddress).find(Boolean);
}

/** One GET over a Unix socket. */
function ask(
	socketPath: string,
	path: string,
	{ signal, timeoutMs, clock }: Pick<ProbeContext, "signal" | "timeoutMs" | "clock">,
): Promise<{ readonly ok: true; readonly json: unknown } | { readonly ok: false; readonly why: string }> {
	const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof ask>>>();
	const asked = request({ socketPath, path, headers: { host: "docker", accept: "application/json" }, agent: false });
	const end = (result: Awaited<ReturnType<typeof ask>>): void => {
		timer.cancel();
		signal.removeEventListener("abort", giveUp);
		asked.destroy();
		resolve(result);
	};
	const giveUp = () => end({ ok: false, why: "no answer in time" });
	// The targets have to be asked afterwards.
	const timer = clock.after(timeoutMs / 2, giveUp);
	signal.addEventListener("abort", giveUp, { once: true });
	asked.on("error", (error) => end({ ok: false, why: error.message }));
	asked.on("response", (response) => {
		const parts: Buffer[] = [];
		let bytes = 0;
		response.on("data", (part: Buffer) => {
			parts.push(part);
			bytes += part.length;
			if (bytes > MOST_BYTES) end({ ok: false, why: "the answer has no end" });
		});
		response.on("error", (error) => end({ ok: false, why: error.message }));
		response.on("end", () => end(readAnswer(response.statusCode ?? 0, Buffer.concat(parts).toString())));
	});
	asked.end();
	return promise;
}

function readAnswer(status: number, text: string): Awaited<ReturnType<typeof ask>> {
	if (status !== 200) return { ok: false, why: `HTTP ${status}, ${text.slice(0, 200)}` };
	try {
		return { ok: true, json: JSON.parse(text) };
	} catch {
		return { ok: false, why: "the answer is no JSON" };
	}
}
