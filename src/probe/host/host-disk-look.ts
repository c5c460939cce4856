import { relative, resolve } from "node:path";
import * as z from "zod";
import type { Clock } from "../../clock.ts";
import { evidence } from "../../dss/evidence.ts";
import { measureFolder } from "../../host/folder-size.ts";
import { pathsMeantBy } from "../../host/glob.ts";
import { type Host, thisHost } from "../../host/host.ts";
import { type Mount, readSpace, type Space } from "../../host/space.ts";
import type { Value } from "../../model/sample.ts";
import { bytesText } from "../../model/size.ts";
import { addPoint, growthPerDay } from "../../model/trend.ts";
import type { Finding, ProbeContext } from "../kind.ts";
import { recall } from "../recall.ts";
import { lookAloneIn } from "./alone.ts";
import { blindAt, dataDirOf, unfit } from "./local.ts";

/** What is asked of a look. */
interface Asked {
	readonly path: string;
	readonly trend_over: number;
	readonly folders: readonly string[];
	readonly folders_every: number;
	readonly max_entries: number;
}

const folderNote = z.object({
	/** Wall clock, ms. */
	at: z.number(),
	/** What was asked for then. */
	asked: z.array(z.string()),
	sizes: z.record(z.string(), z.number()),
	isWhole: z.boolean(),
});
const memory = z.object({
	points: z.array(z.tuple([z.number(), z.number()])),
	folders: folderNote.optional(),
});
type Folders = Readonly<z.output<typeof folderNote>>;

/** Points that the trend is told from. */
const MOST_POINTS = 200;
const FAR_FUTURE_DAYS = 3_650;
/** Part of the time left that adding up sizes may take. */
const WALK_SHARE = 0.6;

/** One look at the disk. A file server that does not answer is a fault of the disk, and not of the prober. */
export async function lookAtDisk(options: Asked, context: ProbeContext, host: Host = thisHost): Promise<Finding> {
	const wrong = unfit("host-disk", host);
	if (wrong) return wrong;
	const path = resolve(dataDirOf(context.instance), options.path);
	const late = { code: "disk_failing", text: `${options.path}: the file system does not answer in time` } as const;
	const found = await lookAloneIn(path, host, context.signal, () => look(path, options, context, host));
	return found ?? { values: {}, fault: late };
}

async function look(path: string, options: Asked, context: ProbeContext, host: Host): Promise<Finding> {
	const { instance, clock, notes, key, timeoutMs, signal } = context;
	const start = clock.monotonic();
	const found = await readSpace(host, path);
	if (!found.ok && !found.isDisk) return blindAt(host, path, found.reason);
	if (!found.ok) return { values: {}, fault: { code: "disk_failing", text: evidence(found.reason) } };
	const { space, mount } = found;
	const now = clock.now();
	const noteKey = `host-disk ${key}`;
	const before = recall(notes, noteKey, memory);
	const points = addPoint(before?.points ?? [], [now, space.used], options.trend_over, MOST_POINTS);
	const isOver = () => signal.aborted || clock.monotonic() - start > WALK_SHARE * timeoutMs;
	const folders = isStale(before?.folders, options, now)
		? await measureFolders(dataDirOf(instance), options, clock, isOver)
		: before?.folders;
	// While the disk is full, the note may not be kept; that hides nothing of this look.
	notes.set(noteKey, JSON.stringify({ points, folders }));
	const growth = growthPerDay([...points.filter(([at]) => at < now), [now, space.used]]);
	const finding = diskFinding(space, mount, growth, folders);
	const facts = { folders: folders?.sizes ?? {} };
	if (!mount?.isReadOnly) return { ...finding, facts };
	return {
		...finding,
		facts,
		fault: { code: "disk_read_only", text: evidence(`${mount.point} is mounted read-only`) },
	};
}

function isStale(before: Folders | undefined, { folders, folders_every: every }: Asked, now: number): boolean {
	if (folders.length === 0) return before !== undefined;
	if (!before || before.asked.join("\n") !== folders.join("\n")) return true;
	return now - before.at >= every || before.at > now;
}

async function measureFolders(
	dataDir: string,
	{ folders, max_entries: entries }: Asked,
	clock: Clock,
	isOver: () => boolean,
): Promise<Folders | undefined> {
	if (folders.length === 0) return undefined;
	const bounds = { entries, isOver };
	const sizes: Record<string, number> = {};
	let isWhole = true;
	for (const asked of folders) {
		for (const path of await pathsMeantBy(resolve(dataDir, asked))) {
			const found = await measureFolder(path, bounds);
			if (found) sizes[shortName(dataDir, path)] = found.bytes;
			if (found && !found.isWhole) isWhole = false;
		}
	}
	return { at: clock.now(), asked: [...folders], sizes, isWhole };
}

function shortName(dataDir: string, path: string): string {
	return path.startsWith(`${dataDir}/`) ? relative(dataDir, path) : path;
}

function diskFinding(
	space: Space,
	mount: Mount | undefined,
	growth: number | undefined,
	folders: Folders | undefined,
): Finding {
	const values: Record<string, Value> = {
		space_used_percent: space.usedPercent,
		space_free: space.free,
		space_total: space.total,
	};
	const seen = [`${space.usedPercent.toFixed(1)} % used, ${bytesText(space.free)} free`];
	if (space.inodes) {
		values["inodes_used_percent"] = space.inodes.usedPercent;
		values["inodes_free"] = space.inodes.free;
		seen.push(`${space.inodes.usedPercent.toFixed(1)} % of inodes used`);
	}
	if (mount) {
		values["mount"] = mount.point;
		values["filesystem"] = mount.type;
	}
	if (growth !== undefined) {
		const days = growth > 0 ? Math.min(FAR_FUTURE_DAYS, space.free / growth) : FAR_FUTURE_DAYS;
		values["growth_per_day"] = Math.round(growth);
		values["days_until_full"] = days;
		if (days < FAR_FUTURE_DAYS) seen.push(`full in ${days.toFixed(1)} days at ${bytesText(Math.round(growth))} a day`);
	}
	if (folders) {
		const sizes = Object.entries(folders.sizes).toSorted(([, a], [, b]) => b - a);
		const databases = sizes.filter(([name]) => name.endsWith(".mv.db")).map(([, bytes]) => bytes);
		values["folders_bytes"] = sizes.reduce((total, [, bytes]) => total + bytes, 0);
		values["folders_whole"] = folders.isWhole;
		values["folders_measured_at"] = Math.round(folders.at / 1_000);
		const [largest] = sizes;
		if (largest) {
			values["folder_largest"] = largest[0];
			values["folder_largest_bytes"] = largest[1];
			seen.push(`largest: ${largest[0]} ${folders.isWhole ? "" : "at least "}${bytesText(largest[1])}`);
		}
		if (databases[0] !== undefined) values["database_largest_bytes"] = databases[0];
	}
	return { values, seen: seen.join("; ") };
}
