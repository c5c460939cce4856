import { expect, test } from "vitest";
import { evidence, pageTitle, shownUrl } from "../../src/dss/evidence.ts";

test("evidence is one line without control characters, at most 1,000 characters", () => {
	expect(evidence("  a\r\n\tb\u0000\u001b[31mc\u2028d ")).toBe("a b [31mc d");
	expect(evidence("x".repeat(5_000))).toHaveLength(1_000);
});

test("addresses in evidence lose user, password, query and fragment", () => {
	expect(evidence("to https://me:pw@sso.example/login?ticket=1#here, then")).toBe("to https://sso.example/login then");
	expect(evidence("to http://a@b@c.example")).toBe("to http://c.example");
	expect(shownUrl("https://me:pw@dss.example:8443/x?y=z#q")).toBe("https://dss.example:8443/x");
});

test("a page is known by its title, else by its first heading", () => {
	expect(pageTitle("<html><TITLE lang=en>\n Sign in &amp;  go </TITLE>")).toBe("Sign in & go");
	expect(pageTitle("<h1>Oops</h1>")).toBe("Oops");
	expect(pageTitle("<title></title>")).toBeUndefined();
	expect(pageTitle("no page")).toBeUndefined();
});
