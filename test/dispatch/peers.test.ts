import { expect, test } from "vitest";
import { createPeers, speakersFor } from "../../src/dispatch/peers.ts";
import type { Alert } from "../../src/model/alert.ts";
import { type CauseCode, cause } from "../../src/model/cause.ts";
import { anAlert, firing, inactive, recovering, SECOND, T0 } from "../support/builders.ts";

const check = (key: string, given: { layer?: string; asAdmin?: true; parents?: string[]; on?: string } = {}) => ({
	key,
	parents: given.parents ?? [],
	labels: { layer: given.layer ?? "detail" },
	instance: { name: given.on ?? "a" },
	...(given.asAdmin && { asAdmin: given.asAdmin }),
});
const alert = (key: string, state: Alert["state"], code?: CauseCode, given: Partial<Alert> = {}) =>
	anAlert(state, { key, ...(code && { cause: cause(code) }), ...given });

const ADMINS = ["k", "p", "w"].map((key) => check(key, { asAdmin: true }));
const peers = createPeers([...ADMINS, check("s"), check("t"), check("api", { layer: "api" }), check("x", { on: "b" })]);

test("peers are the other details of an instance that go with the same rights", () => {
	const rejected = (key: string) => peers.sharing(key, alert(key, firing(), "key_rejected"));
	expect(rejected("k")).toEqual(["p", "w"]);
	expect(rejected("s")).toEqual(["t"]);
	expect(rejected("api")).toEqual([]);
	expect(rejected("x")).toEqual([]);
});

test("a trouble of the key or the way is shared, a right only by those that need an administrator's, nothing else", () => {
	const shared = (key: string, code: CauseCode) => peers.sharing(key, alert(key, firing(), code)).length > 0;
	expect(shared("k", "login_page")).toBe(true);
	expect(shared("k", "right_missing")).toBe(true);
	expect(shared("s", "right_missing")).toBe(false);
	expect(shared("k", "kernels_idle")).toBe(false);
});

test("where one is the named parent of another, both stay out of it: a parent explains its child, not the other way", () => {
	const joined = createPeers([...ADMINS, check("c", { asAdmin: true, parents: ["k"] })]);
	expect(joined.sharing("k", alert("k", firing(), "key_rejected"))).toEqual([]);
	expect(joined.sharing("c", alert("c", firing(), "key_rejected"))).toEqual([]);
	expect(joined.sharing("p", alert("p", firing(), "key_rejected"))).toEqual(["w"]);
});

test("the first that fired speaks for those after it, of equals the first by name: always exactly one has no speaker", () => {
	const at = (firedAt: number) => firing({ firedAt, since: firedAt });
	const alerts = new Map([
		["k", alert("k", at(T0 + SECOND), "key_rejected")],
		["p", alert("p", at(T0), "key_rejected")],
		["w", alert("w", { ...recovering(), firedAt: T0, since: T0 }, "key_rejected")],
	]);
	const alertOf = (key: string) => alerts.get(key) as Alert;
	const speakers = (key: string) => speakersFor(key, alertOf, peers).map((one) => one.key);
	expect([speakers("k"), speakers("p"), speakers("w")]).toEqual([["p", "w"], [], ["p"]]);
	alerts.set("p", alert("p", at(T0), "kernels_idle"));
	expect([speakers("k"), speakers("w")]).toEqual([["w"], []]);
});

test("one that came back since the trouble began speaks, too: the other is about to come back", () => {
	const alerts = new Map([
		["k", alert("k", firing({ since: T0 }), "key_rejected")],
		["p", alert("p", inactive(), undefined, { resolvedAt: T0 + SECOND })],
		["w", alert("w", inactive(), undefined, { resolvedAt: T0 - SECOND })],
	]);
	expect(speakersFor("k", (key) => alerts.get(key) as Alert, peers).map((one) => one.key)).toEqual(["p"]);
});

test("those with such a trouble now are found", () => {
	const alerts = new Map([
		["p", alert("p", firing(), "key_rejected")],
		["w", alert("w", firing(), "kernels_idle")],
	]);
	expect(peers.troubled("k", (key) => alerts.get(key))).toEqual(["p"]);
});
