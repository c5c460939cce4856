import type { TemplateText } from "../template.ts";

/**
 * API of Icinga 2 (POST https://icinga:5665/v1/actions…, with the name and password of an ApiUser): each alert is a passive check
 * result of the service INSTANCE!CHECK, and an acknowledgement is one there, too. Needs the permissions
 * actions/process-check-result and actions/acknowledge-problem. Answers 200, and 404 where there is no such service.
 */
export const icinga2: TemplateText = {
	about: "Icinga 2, passive check results",
	alerts: { most: 1, beyond: "split" },
	max_bytes: 60_000,
	path: {
		$case: "{{alert.event}}",
		when: { acknowledge: "/acknowledge-problem" },
		else: "/process-check-result",
	},
	body: {
		$case: "{{alert.event}}",
		when: {
			acknowledge: {
				type: "Service",
				service: "{{alert.instance}}!{{alert.check}}",
				author: { $cut: 100, of: "{{alert.acknowledged_by}}" },
				comment: { $cut: 1_000, of: "{{alert.title}}" },
			},
		},
		else: {
			type: "Service",
			service: "{{alert.instance}}!{{alert.check}}",
			exit_status: {
				$case: "{{alert.event}}",
				when: { resolve: 0 },
				else: { $case: "{{alert.level}}", when: { critical: 2, warning: 1 }, else: 3 },
			},
			plugin_output: { $cut: 8_000, of: "{{alert.title}}\n{{alert.text}}" },
			check_source: "dss-probe",
		},
	},
};
