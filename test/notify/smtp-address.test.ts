import { expect, test } from "vitest";
import { parseSmtpAddress, smtpProblem } from "../../src/notify/smtp-address.ts";

test.for([
	["smtp://mail.example", { host: "mail.example", port: 587, secure: false, requireTls: false, ignoreTls: false }],
	["smtp://mail.example:25", { port: 25, requireTls: false }],
	["smtps://mail.example", { port: 465, secure: true, requireTls: false }],
	["smtp://us%40er:p%3Ass@mail.example", { user: "us@er", password: "p:ss", requireTls: true }],
	["smtp://u:p@mail.example?requireTLS=false", { requireTls: false }],
	["smtp://u:p@127.0.0.1:2525", { requireTls: false }],
	["smtp://u:p@[::1]:2525", { host: "::1", requireTls: false }],
	["smtp://u:p@localhost", { requireTls: false }],
	["smtp://localhost?requireTLS=true&name=probe.example", { requireTls: true, ehlo: "probe.example" }],
	["smtps://u:p@mail.example", { user: "u", password: "p", secure: true }],
	["smtp://u:p@mail.example?requireTLS=false&ignoreTLS=true", { requireTls: false, ignoreTls: true }],
] as const)("the address %s is read as %j", ([address, expected]) => {
	expect(smtpProblem(new URL(address))).toBeUndefined();
	expect(parseSmtpAddress(address)).toMatchObject(expected);
});

test("a password goes to no other machine without TLS, unless the address says so", () => {
	expect(smtpProblem(new URL("smtp://u:p@mail.example?ignoreTLS=true"))).toContain("sends a password without TLS");
});
