import { expect, test } from "vitest";
import { html, trusted, webAddress } from "../src/html.ts";

test("text is escaped in elements and in attributes", () => {
	const evil = `<script>"&'`;
	expect(html`<p title="${evil}">${evil}</p>`.text).toBe(
		'<p title="&lt;script&gt;&quot;&amp;&#39;">&lt;script&gt;&quot;&amp;&#39;</p>',
	);
});

test("templates nest without being escaped twice, and lists are joined", () => {
	const rows = ["a", "<b>"].map((name) => html`<li>${name}</li>`);
	expect(html`<ul>${rows}</ul>`.text).toBe("<ul><li>a</li><li>&lt;b&gt;</li></ul>");
});

test("undefined and false show nothing, zero shows", () => {
	expect(html`${undefined}${false}${0}${["", undefined, "x"]}`.text).toBe("0x");
});

test("trusted markup passes through", () => {
	expect(html`<style>${trusted("a>b{}")}</style>`.text).toBe("<style>a>b{}</style>");
});

test("only web addresses may become links", () => {
	expect(webAddress("https://wiki.example/run?a=b")).toBe("https://wiki.example/run?a=b");
	for (const bad of ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "wiki"]) {
		expect(webAddress(bad)).toBeUndefined();
	}
});
