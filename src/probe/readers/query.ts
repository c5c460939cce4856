import { evidence } from "../../dss/evidence.ts";
import type { Fault } from "../../model/sample.ts";
import type { Reading } from "../api-kind.ts";

interface Question {
	readonly service: string;
	readonly endpoint: string;
	readonly call: string;
	readonly body: Readonly<Record<string, unknown>>;
}

/** Sends the question, and takes the prediction out of the answer where there is one. */
export const readQuery: Reading<Question> = async ({ client, refuse }, { service, endpoint, call, body }) => {
	const answer = await client.post(`/${service}/${endpoint}/${call}`, body);
	if (!answer.ok) return refuse(told(answer.fault, `${service}/${endpoint}`));
	const { prediction, ignored } = resultOf(answer.json);
	const isIgnored = ignored === true;
	const said = prediction === undefined || prediction === null ? undefined : evidence(String(prediction));
	return {
		values: { ignored: isIgnored, ...(said !== undefined && { prediction: said }) },
		facts: { json: answer.json ?? null },
		seen: `${service}/${endpoint} ${isIgnored ? "refused to predict" : said === undefined ? "answered" : `predicted ${said}`}`,
	};
};

/** The result of a prediction; the first one where there are several. */
function resultOf(json: unknown): { readonly prediction?: unknown; readonly ignored?: unknown } {
	const { result, results } = (json ?? {}) as { readonly result?: unknown; readonly results?: unknown };
	const one: unknown = result ?? (Array.isArray(results) ? results[0] : undefined);
	return typeof one === "object" && one !== null ? one : {};
}

/** The same refusal means something else here than from DSS. */
function told({ code, text }: Fault, where: string): Fault {
	switch (code) {
		case "not_found":
		case "unsupported":
			return { code: "endpoint_unknown", text: evidence(`${where}: ${text}`) };
		case "backend_error":
			return { code: "endpoint_failed", text: evidence(`${where}: ${text}`) };
		case "backend_down":
			return { code: "api_node_drained", text };
		default:
			return { code, text };
	}
}
