import { expect } from "vitest";

/** The forms in which a secret may be found again: plain, in base64 (at any offset), percent-encoded, inside JSON. */
function formsOf(secret: string): readonly string[] {
	const base64 = ["", "x", "xx"].map((before) => {
		const encoded = Buffer.from(before + secret).toString("base64");
		// The characters at both ends also hold bits of the neighbours.
		return encoded.slice(before === "" ? 0 : 4, -4);
	});
	const every = [...secret].map((sign) => `%${sign.charCodeAt(0).toString(16)}`).join("");
	return [secret, encodeURIComponent(secret), every, JSON.stringify(secret).slice(1, -1), ...base64];
}

/** Fails where any of the texts holds any of the secrets, in whatever form. */
export function expectNoSecret(texts: Iterable<string>, secrets: Iterable<string>): void {
	const found: string[] = [];
	for (const text of texts) {
		for (const secret of secrets) {
			if (formsOf(secret).some((form) => form.length >= 4 && text.toLowerCase().includes(form.toLowerCase())))
				found.push(text);
		}
	}
	expect(found).toEqual([]);
}
