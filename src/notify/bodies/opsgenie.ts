import type { TemplateText } from "../template.ts";

/**
 * Alert API of Opsgenie and of those who took it over (POST https://api.opsgenie.com/v2/alerts, header `Authorization:
 * GenieKey …`). The incident is the alias by which the alert is acknowledged and closed. Limits: message 130, alias and
 * entity 512, description 15,000 characters, tags 20. Answers 202.
 */
export const opsgenie: TemplateText = {
	about: "Opsgenie, alert API",
	alerts: { most: 1, beyond: "split" },
	max_bytes: 100_000,
	path: {
		$case: "{{alert.event}}",
		when: {
			resolve: "/{{alert.incident}}/close?identifierType=alias",
			acknowledge: "/{{alert.incident}}/acknowledge?identifierType=alias",
		},
		else: "",
	},
	body: {
		$case: "{{alert.event}}",
		when: {
			resolve: { source: "dss-probe", note: { $cut: 25_000, of: "{{alert.title}}\n{{alert.text}}" } },
			acknowledge: {
				source: "dss-probe",
				user: { $cut: 100, of: "{{alert.acknowledged_by}}" },
				note: "{{alert.acknowledgement}}",
			},
		},
		else: {
			message: { $cut: 130, of: "{{alert.title}}" },
			alias: { $cut: 512, of: "{{alert.incident}}" },
			description: { $cut: 15_000, of: "{{alert.title}}\n\n{{alert.text}}" },
			entity: { $cut: 512, of: "{{alert.key}}" },
			source: "dss-probe",
			tags: ["dss-probe", { $cut: 50, of: "{{alert.cause.code}}" }],
			details: "{{alert.labels}}",
			priority: {
				$case: "{{alert.severity}}",
				when: { critical: "P1", error: "P2", warning: "P3", info: "P5", test: "P5" },
				else: { $case: "{{alert.level}}", when: { critical: "P1" }, else: "P3" },
			},
		},
	},
};
