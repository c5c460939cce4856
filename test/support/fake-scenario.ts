import type { Clock } from "../../src/clock.ts";
import type { FakeDss, Trouble } from "./fake-dss.ts";

/** How one firing goes. All times in ms; Infinity for never. */
export interface FiringCourse {
	/** From the firing to the start of its run. */
	readonly startMs?: number;
	readonly runMs?: number;
	readonly outcome?: string;
	/** How long an abort takes to have an effect. */
	readonly abortMs?: number;
	/** DSS forgets it before it starts. */
	readonly isLost?: boolean;
}

export interface ScenarioCall {
	readonly name: "fire" | "last" | "run" | "trigger" | "abort";
	/** How many calls of this name there were before. */
	readonly nth: number;
}

interface Firing {
	readonly id: string;
	readonly type: "manual" | "temporal";
	readonly firedAt: number;
	readonly course: FiringCourse;
	isCancelled: boolean;
	abortAt: number;
	aborts: number;
}

export interface FakeScenario extends Pick<FakeDss, "handle"> {
	/** Newest last. */
	readonly firings: Firing[];
	readonly calls: string[];
	/** How the next firings go. */
	course: FiringCourse;
	/** Asked before each call. */
	trouble: (call: ScenarioCall) => Trouble | undefined;
	/** Firings that wait for their run, and runs that are not over. */
	unfinished(): readonly Firing[];
	/** Somebody else, or a trigger, fires. */
	fire(type?: Firing["type"]): Firing;
	/** Ids of runs of ours during which a second one of ours was under way. */
	readonly overlaps: string[];
}

/**
 * A DSS that knows one scenario, PROJECT/NIGHTLY, as the documentation and the official client describe it: a firing becomes a
 * run later, or is cancelled where the scenario runs by then; an abort ends whatever run goes on.
 */
export function fakeScenario(clock: Clock): FakeScenario {
	const counts = new Map<string, number>();
	const now = () => clock.now();

	const startOf = ({ firedAt, course }: Firing) =>
		course.isLost ? Number.POSITIVE_INFINITY : firedAt + (course.startMs ?? 0);
	const endOf = (firing: Firing) =>
		Math.min(startOf(firing) + (firing.course.runMs ?? 0), firing.abortAt + (firing.course.abortMs ?? 0));
	const isRunningAt = (firing: Firing, at: number) =>
		!firing.isCancelled && startOf(firing) <= at && at < endOf(firing);
	const isOver = (firing: Firing) => firing.isCancelled || endOf(firing) <= now();

	/** The cancellation is seen when the run would start. */
	function settle(): void {
		for (const firing of fake.firings) {
			const at = startOf(firing);
			if (firing.isCancelled || at > now()) continue;
			const others = fake.firings.filter((other) => other !== firing && startOf(other) <= at);
			const first = others.find(
				(other) => isRunningAt(other, at) && (startOf(other) < at || other.firedAt < firing.firedAt),
			);
			if (first) firing.isCancelled = true;
		}
	}

	function viewOf(firing: Firing) {
		const isEnded = endOf(firing) <= now();
		const isCut = endOf(firing) < startOf(firing) + (firing.course.runMs ?? 0);
		const outcome = isCut ? "ABORTED" : (firing.course.outcome ?? "SUCCESS");
		return {
			runId: `run-${firing.id}`,
			start: startOf(firing),
			end: isEnded ? endOf(firing) : 0,
			trigger: { trigger: { id: firing.type, type: firing.type }, runId: firing.id },
			...(isEnded && { result: { type: "SCENARIO_DONE", outcome } }),
		};
	}

	function detailsOf(firing: Firing) {
		const scenarioRun = viewOf(firing);
		const outcome = scenarioRun.result?.outcome;
		const isBad = outcome !== undefined && outcome !== "SUCCESS";
		const result = outcome && { outcome, ...(isBad && { thrown: { message: "no space left" } }) };
		return { scenarioRun, stepRuns: [{ step: { id: "s", name: "Load" }, ...(result && { result, end: 1 }) }] };
	}

	const fireView = (firing: Firing) => ({
		runId: firing.id,
		cancelled: firing.isCancelled,
		trigger: { id: firing.type, type: firing.type },
	});

	function json(value: unknown, status = 200) {
		return { status, type: "application/json;charset=utf-8", body: JSON.stringify(value) };
	}

	function answer(name: ScenarioCall["name"], query: URLSearchParams) {
		settle();
		if (name === "fire") return json(fireView(fake.fire("manual")));
		if (name === "last") {
			const runs = fake.firings.filter((one) => !one.isCancelled && startOf(one) <= now());
			return json(
				runs
					.toSorted((a, b) => startOf(b) - startOf(a))
					.slice(0, Number(query.get("limit")))
					.map(viewOf),
			);
		}
		if (name === "abort") {
			const running = fake.firings.find((one) => isRunningAt(one, now()));
			if (running) {
				running.aborts += 1;
				running.abortAt = Math.min(running.abortAt, now());
			}
			return json({ msg: "aborted" });
		}
		const firing = fake.firings.find(({ id }) => id === query.get("triggerRunId"));
		if (!firing) return json({ errorType: "NotFoundException", message: "trigger run does not exist" }, 404);
		if (name === "trigger") return json(fireView(firing));
		return json(firing.isCancelled || startOf(firing) > now() ? {} : detailsOf(firing));
	}

	const fake: FakeScenario = {
		firings: [],
		calls: [],
		overlaps: [],
		course: {},
		trouble: () => undefined,
		unfinished() {
			settle();
			return fake.firings.filter((one) => !isOver(one) && !one.course.isLost);
		},
		fire(type = "manual") {
			settle();
			for (const other of fake.firings) {
				if (type === "manual" && other.type === "manual" && isRunningAt(other, now())) fake.overlaps.push(other.id);
			}
			const id = `2026-01-05-${String(now())}-${fake.firings.length}`;
			const firing: Firing = {
				id,
				type,
				firedAt: now(),
				course: fake.course,
				isCancelled: false,
				abortAt: Number.POSITIVE_INFINITY,
				aborts: 0,
			};
			fake.firings.push(firing);
			return firing;
		},
		handle(method, url) {
			const { pathname, searchParams } = new URL(url, "http://dss");
			const rest = pathname.replace(/^.*\/projects\/PROJECT\/scenarios\//, "");
			const name = nameOf(method, rest);
			const nth = counts.get(name) ?? 0;
			counts.set(name, nth + 1);
			fake.calls.push(name);
			const trouble = fake.trouble({ name, nth });
			if (!trouble) return answer(name, searchParams);
			if (trouble.effect === true) answer(name, searchParams);
			else if (trouble.effect !== false) clock.after(trouble.effect, () => answer(name, searchParams));
			if (typeof trouble.answer === "string") return trouble.answer;
			const { status, body = "", type = "application/json;charset=utf-8" } = trouble.answer;
			return { status, type, body };
		},
	};
	return fake;
}

function nameOf(method: string, rest: string): ScenarioCall["name"] {
	if (rest.startsWith("trigger/")) return "trigger";
	if (rest.startsWith("NIGHTLY/get-run-for-trigger")) return "run";
	if (rest.startsWith("NIGHTLY/get-last-runs")) return "last";
	if (method === "POST" && rest === "NIGHTLY/abort") return "abort";
	if (method === "POST" && rest === "NIGHTLY/run") return "fire";
	throw new Error(`no such call: ${method} ${rest}`);
}
