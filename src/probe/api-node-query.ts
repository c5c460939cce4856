import * as z from "zod";
import { apiKind } from "./api-kind.ts";

const name = (what: string) =>
	z
		.string()
		.regex(/^[\w.-]+$/, `is no id of ${what}: letters, digits, _ . - are possible`)
		.describe(`Id of the ${what}, as the Deployer shows it.`);

export const apiNodeQueryOptions = z.strictObject({
	kind: z.literal("api-node-query"),
	service: name("service"),
	endpoint: name("endpoint"),
	call: z
		.enum(["predict", "predict-multi", "forecast", "lookup", "query", "run"])
		.default("predict")
		.describe("predict and the like of models; lookup, query (SQL) and run (functions) of the others."),
	body: z
		.record(z.string(), z.unknown())
		.describe("The question: { features: { age: 40 } } for predict, parameters for run. Take one without effects."),
	auth: z
		.enum(["basic", "bearer"])
		.default("basic")
		.describe("How api_key goes out, where the instance has one: as the official client does, or as a token."),
});

type ApiNodeQueryOptions = z.output<typeof apiNodeQueryOptions>;

/** One real question to a service on an API node: the only proof that applications get answers. */
export const apiNodeQuery = apiKind<ApiNodeQueryOptions>({
	key: "any",
	place: ({ auth }) => ({
		prefix: "/public/api/v1",
		credential: auth === "bearer" ? "bearer" : "user",
		isOpen: true,
	}),
	values: {
		latency: { type: "double", unit: "s", summary: "From the question to the answer.", blames: "endpoint_slow" },
		prediction: { type: "string", summary: "What was predicted, as text; absent for other calls." },
		ignored: {
			type: "bool",
			summary: "The endpoint refused to predict from this question.",
			blames: "endpoint_failed",
		},
	},
	facts: { json: { type: "dyn", summary: "The whole answer: json.result.prediction, json.response." } },
	expect: [{ that: "!ignored", else: "warning" }],
	load: async () => (await import("./readers/query.ts")).readQuery,
});
