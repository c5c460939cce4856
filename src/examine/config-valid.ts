import { count } from "../notify/words.ts";
import { critical, type Examination, type Finding, ok, warning } from "./examination.ts";
import type { Patient } from "./patient.ts";

/** Says whether the configuration holds. What is wrong with it in detail is printed as `validate` prints it. */
export const validExamination = ({ file, loaded, config }: Patient): Examination => ({
	name: "valid",
	examine() {
		const problems = loaded.ok ? loaded.config.warnings : loaded.problems;
		const errors = problems.filter(({ severity }) => severity === "error").length;
		const warnings = problems.length - errors;
		const findings: Finding[] = [];
		if (errors > 0) {
			const rest = config ? "; examined is what is in order" : "";
			const todo =
				"Mend what stands below; dss-probe validate shows the same. A daemon that runs goes on with what it has read.";
			findings.push(critical(`${count(errors, "problem")} in ${file} and the files it names${rest}`, todo));
		} else if (config) {
			const { checks, instances, channels } = config;
			const amounts = [
				count(checks.length, "check"),
				count(instances.size, "instance"),
				count(channels.size, "channel"),
			];
			findings.push(ok(`${file} is good: ${amounts.join(", ")}`));
		}
		if (warnings > 0) findings.push(warning(count(warnings, "warning"), "They stand below, each with its place."));
		return findings;
	},
});
