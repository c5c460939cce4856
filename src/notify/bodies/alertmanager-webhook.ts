import type { TemplateText } from "../template.ts";

/** What Alertmanager itself POSTs to its webhook receivers (version 4), for receivers that understand that already. */
export const alertmanagerWebhook: TemplateText = {
	about: "For receivers of Alertmanager's webhook (version 4)",
	alerts: { most: 50, beyond: "cut" },
	max_bytes: 200_000,
	body: {
		version: "4",
		groupKey: "{{group_key}}",
		truncatedAlerts: "{{left_out}}",
		status: "{{status}}",
		receiver: "{{channel}}",
		groupLabels: "{{group_labels}}",
		commonLabels: "{{label_set}}",
		commonAnnotations: { summary: "{{title}}", left_out: "{{left_out_text}}" },
		externalURL: "",
		alerts: {
			$each: "alerts",
			do: {
				status: "{{alert.state}}",
				labels: "{{alert.label_set}}",
				annotations: {
					summary: "{{alert.title}}",
					description: "{{alert.text}}",
					cause: "{{alert.cause.code}}",
					runbook_url: "{{alert.runbook}}",
				},
				startsAt: "{{alert.since}}",
				endsAt: {
					$case: "{{alert.resolved_at}}",
					else: "{{alert.resolved_at}}",
					none: "0001-01-01T00:00:00Z",
				},
				generatorURL: { $case: "{{alert.url}}", else: "{{alert.url}}", none: "" },
				fingerprint: "{{alert.fingerprint}}",
			},
		},
	},
};
