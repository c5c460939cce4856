import { setTimeout as sleep } from "node:timers/promises";
import { httpReceiver } from "../support/http-receiver.ts";
import { mailServer } from "../support/mail-server.ts";

/** Everybody who can be told. `strict` refuses every second message for good, and `chat` takes over from it. */
export type ChannelName = "pager" | "chat" | "mail" | "strict";

/** One whole message that arrived at a receiver. */
export interface Attempt {
	readonly channel: ChannelName;
	/** Id of the notification, as the receiver reads it. */
	readonly id: string;
	/** When its last byte was read, ms since 1970 UTC. */
	readonly at: number;
	readonly answer: "taken" | "later" | "refused";
	/** What the message says, without what may differ from try to try. */
	readonly words: string;
}

export interface Receivers {
	readonly ports: Readonly<Record<ChannelName, number>>;
	/** In order of arrival. */
	readonly attempts: Attempt[];
	close(): Promise<void>;
}

/** What a receiver does with its nth message, beginning with 1: by count, so that every run meets every kind. */
interface Fate {
	readonly status: 200 | 500 | 429;
	readonly afterMs: number;
}

function fateOf(nth: number): Fate {
	if (nth % 7 === 3) return { status: 500, afterMs: 0 };
	if (nth % 29 === 11) return { status: 429, afterMs: 0 };
	return { status: 200, afterMs: nth % 3 === 2 ? 120 : 0 };
}

/** A webhook receiver, a mail server, a server with Slack's interface, and a webhook receiver that refuses. */
export async function createReceivers(): Promise<Receivers> {
	const attempts: Attempt[] = [];
	const counts = new Map<ChannelName, number>();

	/** Notes a message and says what becomes of it. */
	const take = (channel: ChannelName, id: string, words: string): Fate & Pick<Attempt, "answer"> => {
		const nth = (counts.get(channel) ?? 0) + 1;
		counts.set(channel, nth);
		const fate = fateOf(nth);
		const refused = channel === "strict" && isRefused(id);
		const answer = refused ? "refused" : fate.status === 200 ? "taken" : "later";
		attempts.push({ channel, id, at: Date.now(), answer, words });
		return { ...fate, answer };
	};

	const web = (channel: ChannelName, idOf: (request: { headers: object; body: string }) => string) =>
		httpReceiver(async (response, request) => {
			const { status, afterMs, answer } = take(channel, idOf(request), request.body);
			await sleep(afterMs);
			if (answer === "refused") response.writeHead(400).end("no");
			else
				response.writeHead(status, status === 429 ? { "retry-after": "1" } : {}).end(status === 200 ? "ok" : "not now");
		});

	const byHeader = ({ headers }: { headers: object }) => String(new Map(Object.entries(headers)).get("webhook-id"));
	const [pager, strict, chat, mail] = await Promise.all([
		web("pager", byHeader),
		web("strict", byHeader),
		web("chat", ({ body }) => idInSlack(body)),
		mailServer(),
	]);
	mail.onData = async (raw) => {
		const id = /^Message-ID: <(.+)@dss-probe\./im.exec(raw)?.[1] ?? "no Message-ID";
		// The library marks the parts of a mail with random words.
		const { status, afterMs } = take("mail", id, raw.replace(/_NmP-[0-9a-f]+/g, ""));
		await sleep(afterMs);
		return status === 200 ? undefined : { code: 451, words: "not now" };
	};
	const all = { pager, strict, chat, mail };
	return {
		ports: { pager: pager.port, strict: strict.port, chat: chat.port, mail: mail.port },
		attempts,
		close: async () => void (await Promise.all(Object.values(all).map((one) => one.close()))),
	};
}

/** Of ids, half. It hangs on the id alone, so that every try is refused or none. */
function isRefused(id: string): boolean {
	return Number.parseInt(id.slice(0, 2), 16) % 2 === 0;
}

/** Slack has no header for it: the id stands at the end of the footer. */
function idInSlack(body: string): string {
	return / id ([^\s"|]+)"/.exec(body)?.[1] ?? "no id";
}
