import type { Clock } from "../clock.ts";
import type { DssClient } from "../dss/client.ts";
import { evidence } from "../dss/evidence.ts";
import { isOurs, readMetadata } from "./flow.ts";
import { answered, Halt, listed } from "./step.ts";
import { strangersIn } from "./strangers.ts";

/** So often it is looked whether the project is gone, with so many ms in between. */
const LOOKS = 30;
const PAUSE_MS = 1_000;

/**
 * Whether the project may be removed: dss-probe made it, and of what is looked at nobody has put anything else in it.
 *
 * @returns whether there is one at all
 * @throws {Halt} where it is not ours to remove
 */
export async function isRemovable(client: DssClient, project: string): Promise<boolean> {
	const root = `/projects/${encodeURIComponent(project)}`;
	if (!(await isListed(client, project))) return false;
	if (!isOurs(readMetadata(answered(await client.get(`${root}/metadata`), `reading what project ${project} is`)))) {
		throw new Halt(
			`dss-probe did not make project ${project}: it is left alone`,
			"Delete it in DSS, if nobody needs it.",
		);
	}
	const strange = await strangersIn(client, project);
	if (strange.length > 0) {
		throw new Halt(
			`project ${project} holds what dss-probe did not make: ${evidence(strange.join(", "))}`,
			"Move that elsewhere, or delete the project in DSS.",
		);
	}
	return true;
}

/**
 * Deletes the project with the data of its output and the logs of its jobs, and waits until it is gone: newer versions do that in
 * the background.
 *
 * @throws {Halt}
 */
export async function removeProject(client: DssClient, project: string, clock: Clock): Promise<void> {
	const query = {
		clearManagedDatasets: true,
		clearOutputManagedFolders: false,
		clearJobAndScenarioLogs: true,
		// DSS 9 calls the first one so.
		dropData: true,
		wait: true,
	};
	const answer = await client.delete(`/projects/${encodeURIComponent(project)}`, query);
	answered(answer, `deleting project ${project}`, ({ code }) =>
		code === "right_missing" ? "Use an administrator's key, or that of the project's owner." : undefined,
	);
	for (let looks = 0; looks < LOOKS; looks++) {
		if (!(await isListed(client, project))) return;
		await clock.sleep(PAUSE_MS);
	}
	throw new Halt(`DSS took the order to delete project ${project}, but it is still there`, "Look at it in DSS.");
}

async function isListed(client: DssClient, project: string): Promise<boolean> {
	return listed(await client.get("/projects/"), "projects").some(({ projectKey }) => projectKey === project);
}
