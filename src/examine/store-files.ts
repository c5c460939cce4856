import { dirname } from "node:path";
import { critical, type Examination, type Finding, ok, warning } from "./examination.ts";
import { existingAbove, type FileStat, may, modeText, namesIn, statOf } from "./files.ts";
import type { Machine } from "./patient.ts";
import { sizeText } from "./words.ts";

/** The log is cut back to 16 MiB by itself; far above that somebody keeps it from being written back. */
const LONG_LOG_BYTES = 128e6;

/** What is known of the store's files, in this process's eyes. */
export interface StoreFiles {
	readonly path: string;
	/** Absent where nothing was watched yet. */
	readonly database?: Pick<FileStat, "uid" | "mode" | "size">;
	/** The folder, or the nearest one above it that exists. */
	readonly folder: string;
	readonly isFolderWritable: boolean;
	readonly isWritable: boolean;
	readonly logBytes: number;
	/** Databases that were moved aside because they were damaged. */
	readonly damaged: readonly string[];
}

export function judgeStoreFiles(files: StoreFiles, uid: number | undefined): readonly Finding[] {
	const { path, database, folder } = files;
	const findings: Finding[] = [];
	const isOthers = database !== undefined && uid !== undefined && uid !== 0 && database.uid !== uid;
	if (isOthers) {
		const seen = `${path} belongs to user ${database.uid}, and you are ${uid}`;
		findings.push(
			warning(seen, `Examine as that user, who runs dss-probe. Where that should be you: chown ${uid} ${path}*`),
		);
	} else if (!files.isFolderWritable) {
		const todo = `Make it writable for the user of dss-probe, or name another place with store: in alerts.yaml.`;
		findings.push(
			critical(`the folder ${folder} cannot be written: states and messages would be lost at the next restart`, todo),
		);
	} else if (database && !files.isWritable) {
		findings.push(
			critical(
				`${path} cannot be written (owner ${database.uid}, mode ${modeText(database)})`,
				`chmod u+w ${path}, and see that its disk is not mounted read-only.`,
			),
		);
	} else if (database) findings.push(ok(`${path}, ${sizeText(database.size)}`));
	else findings.push(ok(`${path} does not exist yet: the first run makes it`));
	if (database && (database.mode & 0o006) !== 0) {
		const seen = `everybody on this machine may ${(database.mode & 0o002) !== 0 ? "change" : "read"} ${path} (mode ${modeText(database)})`;
		findings.push(warning(seen, `chmod o= ${path}*: it holds the words of the systems that are watched.`));
	}
	if (files.logBytes > LONG_LOG_BYTES) {
		const seen = `its log ${path}-wal has grown to ${sizeText(files.logBytes)}`;
		findings.push(warning(seen, `Something reads the database without end: find it with fuser ${path}, and end it.`));
	}
	if (files.damaged.length > 0) {
		const seen = `a damaged database was moved aside: ${files.damaged.at(-1)}${files.damaged.length > 1 ? ` and ${files.damaged.length - 1} before it` : ""}`;
		findings.push(warning(seen, "Look after the disk (dmesg, smartctl); then remove those files."));
	}
	return findings;
}

export const storeFilesExamination = (path: string, { uid }: Machine): Examination => ({
	name: "files",
	isVital: true,
	examine() {
		const [found, log] = [statOf(path), statOf(`${path}-wal`)];
		const folder = found ? dirname(path) : existingAbove(path);
		const name = path.slice(dirname(path).length + 1);
		return judgeStoreFiles(
			{
				path,
				...(found && { database: found }),
				folder,
				isFolderWritable: may("write", folder),
				isWritable: may("write", path),
				logBytes: log?.size ?? 0,
				damaged: namesIn(dirname(path)).filter(
					(one) => one.startsWith(`${name}.damaged-`) && !/-(?:wal|shm)$/.test(one),
				),
			},
			uid,
		);
	},
});
