import type { Fact, Message, Mood, Section } from "./message.ts";
import { leftOutText } from "./message-text.ts";

/** Readable on white, and told apart by people who do not see red and green: the level stands beside it in words. */
export const COLOURS: Readonly<Record<Mood, string>> = {
	critical: "#c0262d",
	warning: "#b45f06",
	unknown: "#6b4fa0",
	resolved: "#22763b",
	test: "#2f5fa5",
};

const FONT = "font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;font-size:14px;line-height:1.45";

/** The message as an HTML document: no image, no script, nothing from outside, styles in place as mail readers want them. */
export function toHtml(message: Message): string {
	const colour = COLOURS[message.mood];
	const alone = message.sections.length === 1 && message.leftOut.length === 0;
	return [
		'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
		'<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light">',
		`<title>${escapeHtml(message.title)}</title></head>`,
		`<body style="margin:0;padding:16px;background:#ffffff;color:#1f2328;${FONT}">`,
		`<p style="margin:0 0 12px;padding:10px 14px;background:${colour};color:#ffffff;font-size:16px;font-weight:600">`,
		`${escapeHtml(message.title)}</p>`,
		...message.notes.map((note) => `<p style="margin:0 0 12px">${escapeHtml(note)}</p>`),
		...message.sections.map((section) => sectionHtml(section, alone)),
		message.leftOut.length > 0 ? `<p style="margin:0 0 12px">${escapeHtml(leftOutText(message.leftOut))}</p>` : "",
		`<p style="margin:16px 0 0;color:#656d76;font-size:12px">${escapeHtml(message.footer)}</p></body></html>`,
	].join("\n");
}

/** Text as it may stand in an HTML element or in a quoted attribute. */
function escapeHtml(text: string): string {
	return text
		.replaceAll("&", "&amp;")
		.replaceAll("<", "&lt;")
		.replaceAll(">", "&gt;")
		.replaceAll('"', "&quot;")
		.replaceAll("'", "&#39;");
}

/** True where a text may become a link: a web address and nothing else. */
export function isWebAddress(text: string): boolean {
	return /^https?:\/\/[^\s<>"|]+$/i.test(text) && URL.canParse(text);
}

function sectionHtml({ heading, mood, facts }: Section, alone: boolean): string {
	const title = alone ? "" : `<p style="margin:0 0 4px;font-weight:600">${escapeHtml(heading)}</p>`;
	return [
		`<div style="margin:0 0 16px;padding:0 0 0 12px;border-left:4px solid ${COLOURS[mood]}">${title}`,
		'<table role="presentation" cellpadding="0" cellspacing="0" style="border-collapse:collapse">',
		...facts.map(rowHtml),
		"</table></div>",
	].join("\n");
}

function rowHtml({ label, text }: Fact): string {
	const words = escapeHtml(text);
	const content = isWebAddress(text) ? `<a href="${words}" style="color:#0a58ca">${words}</a>` : words;
	const cell = `${FONT};padding:2px 0;vertical-align:top`;
	return `<tr><td style="${cell};padding-right:14px;color:#656d76;white-space:nowrap">${label}</td><td style="${cell}">${content}</td></tr>`;
}
