import { expect, test } from "vitest";
import { page } from "../../src/web/page.ts";
import type { CheckView, StatusView } from "../../src/web/view.ts";
import { MONDAY_MORNING } from "../support/clock.ts";
import { checkView, firing, recentSamples, statusView } from "../support/web-view.ts";

const show = (status: StatusView, reasons: readonly string[] = []) =>
	page({
		status,
		health: { ok: reasons.length === 0, reasons },
		recent: (key) => recentSamples(key.endsWith("bad") ? 3 : 0),
		now: MONDAY_MORNING,
	});

const evil = `<img src=x onerror=alert(1)>"'&`;

test("the page says what is wrong, where, since when and what to do, in words", () => {
	const text = show(
		statusView({
			design: [
				checkView("design/bad", firing("critical", 754_000), "backend_down", {
					advice: "Call the platform team.",
					runbook: "https://wiki.example/dss",
				}),
				checkView("design/fine"),
			],
		}),
	);
	expect(text).toContain("1 of 2 checks is firing: design: nginx up, DSS backend down or starting");
	expect(text).toContain("✕ critical");
	expect(text).toContain("12 min 34 s");
	expect(text).toContain("run/backend.log");
	expect(text).toContain("Call the platform team.");
	expect(text).toContain('<a href="https://wiki.example/dss" rel="noreferrer">runbook</a>');
	expect(text).toContain("Last 40 samples: 37 ok, 3 critical;");
	expect(text).toContain("<title>(1) dss-probe</title>");
});

test("nothing from outside can break out of the page, whatever field it comes in", () => {
	const bad: CheckView = checkView("design/bad", firing("critical", 1_000), "backend_down", {
		name: evil,
		about: evil,
		advice: evil,
		runbook: "javascript:alert(1)",
		muted: { reason: evil },
		labels: { [evil]: evil },
	});
	const status = statusView({ [evil]: [{ ...bad, ...(bad.alert ? { alert: { ...bad.alert, summary: evil } } : {}) }] });
	const text = show(
		{
			...status,
			channels: [
				{ name: evil, type: evil, pending: 0, dead: 0, lastError: { at: MONDAY_MORNING, text: evil }, disabled: evil },
			],
			prober: { ...status.prober, configError: evil, store: { file: evil, error: evil }, version: evil },
		},
		[evil],
	);
	expect(text).not.toContain("<img");
	expect(text).not.toContain("javascript:");
	expect(text.match(/&lt;img src=x onerror=alert\(1\)&gt;&quot;&#39;&amp;/g)?.length).toBeGreaterThan(12);
});

test("a channel that is disabled says so, and why", () => {
	const gone = { name: "pager", type: "webhook", pending: 0, dead: 3, disabled: "HTTP 410: gone for good" };
	const text = show({ ...statusView({ design: [checkView("design/a")] }), channels: [gone] });
	expect(text).toContain("disabled until a reload: HTTP 410: gone for good");
	expect(text).toMatch(/<span[^>]*>[^<]*disabled/);
});

test("the page takes nothing from other addresses and needs no script or inline style", () => {
	const text = show(statusView({ design: [checkView("design/a")] }));
	expect(text).not.toMatch(/<script|\sstyle=|\son\w+=|\bsrc=|url\(|@import/);
	expect([...text.matchAll(/href="([^"]+)"/g)].map(([, href]) => href)).toEqual([
		"favicon.svg",
		"api/v1/status",
		"metrics",
		"healthz",
	]);
	expect(text).toContain('<meta http-equiv="refresh" content="10">');
});

test("a password in an instance's address is not shown", () => {
	const status = statusView({ design: [checkView("design/a")] });
	const [design] = status.instances;
	const text = show({ ...status, instances: [{ ...design, url: "https://joe:hunter2@dss.example/x" }] } as StatusView);
	expect(text).toContain("https://dss.example/x");
	expect(text).not.toContain("hunter2");
});

test("the prober's own troubles stand on top", () => {
	const text = show(statusView({ design: [checkView("design/a")] }), ["the database takes no writes"]);
	expect(text).toContain("dss-probe itself is not well");
	expect(text.indexOf("the database takes no writes")).toBeLessThan(text.indexOf("<table"));
});

test("ten thousand checks make a page of bounded size that shows the bad ones", () => {
	const checks = Array.from({ length: 10_000 }, (_, index) =>
		index === 9_999 ? checkView("design/bad", firing("warning", 1_000), "backend_slow") : checkView(`design/c${index}`),
	);
	const text = show(statusView({ design: checks }));
	expect(text.match(/<tr>/g)?.length).toBeLessThan(420);
	expect(text).toContain("9600 more checks are not shown here");
	expect(text).toContain("<td>bad<br>");
});
