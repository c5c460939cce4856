import type { TemplateText } from "../template.ts";

/**
 * Microsoft Teams: the Workflows trigger "When a Teams webhook request is received" takes a message with one adaptive card
 * (version 1.4, which all of them show). Teams counts at most 28 kB, with some overhead of its own. Foreign words stand in
 * RichTextBlocks: those, unlike TextBlocks, do not read Markdown, so that no name becomes a link.
 */
export const teams: TemplateText = {
	about: "Microsoft Teams, Workflows",
	alerts: { most: 10, beyond: "cut" },
	max_bytes: 20_000,
	body: {
		type: "message",
		attachments: [
			{
				contentType: "application/vnd.microsoft.card.adaptive",
				contentUrl: null,
				content: {
					type: "AdaptiveCard",
					version: "1.4",
					msteams: { width: "Full" },
					body: [
						{
							type: "Container",
							style: {
								$case: "{{mood}}",
								when: { critical: "attention", warning: "warning", resolved: "good" },
								else: "accent",
							},
							bleed: true,
							items: [
								{
									type: "RichTextBlock",
									inlines: [{ type: "TextRun", text: "{{title}}", weight: "Bolder", size: "Medium" }],
								},
							],
						},
						{
							type: "Container",
							items: {
								$each: "alerts",
								do: {
									type: "Container",
									separator: true,
									items: [
										{
											type: "RichTextBlock",
											inlines: [{ type: "TextRun", text: "{{alert.title}}", weight: "Bolder" }],
										},
										{
											type: "Container",
											spacing: "Small",
											items: {
												$each: "alert.facts",
												do: {
													type: "RichTextBlock",
													spacing: "None",
													inlines: [
														{ type: "TextRun", text: "{{fact.label}}: ", isSubtle: true },
														{ type: "TextRun", text: "{{fact.text}}" },
													],
												},
											},
										},
									],
								},
							},
						},
						{
							$case: "{{left_out_text}}",
							else: { type: "RichTextBlock", inlines: [{ type: "TextRun", text: "{{left_out_text}}" }] },
						},
						{
							type: "RichTextBlock",
							separator: true,
							inlines: [
								{
									type: "TextRun",
									text: "dss-probe to {{channel}} | why: {{reason}} | {{time}} | id {{id}}",
									isSubtle: true,
									size: "Small",
								},
							],
						},
					],
				},
			},
		],
	},
};
