import type { Outcome } from "./channel.ts";
import type { BodyRequest } from "./template-requests.ts";

/**
 * Makes the next request of a message. What was accepted is never repeated, and one that is refused does not stop the
 * others; the message as a whole is refused then, at the end.
 *
 * @param parts the requests that are over, with the error where one was refused; the next one is noted there
 */
export async function sendNext(
	requests: readonly BodyRequest[],
	parts: Map<string, string | undefined>,
	post: (request: BodyRequest) => Promise<Outcome>,
): Promise<Outcome> {
	if (requests.length === 0) return { result: "sent", detail: "no alerts, and its body tells of nothing else" };
	const next = requests.find(({ name }) => !parts.has(name));
	if (next !== undefined) {
		const outcome = await post(next);
		const isOver = outcome.result === "sent" || (outcome.result === "rejected" && !outcome.gone);
		if (!isOver || requests.length === 1) return outcome;
		parts.set(next.name, "error" in outcome ? outcome.error : undefined);
		if (requests.some(({ name }) => !parts.has(name))) return { result: "more" };
	}
	const errors = [...parts.values()].filter((error) => error !== undefined);
	if (errors.length === 0) return { result: "sent", detail: `${requests.length} requests` };
	return { result: "rejected", error: `${errors.length} of ${requests.length} requests: ${errors[0]}` };
}
