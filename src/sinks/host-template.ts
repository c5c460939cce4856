const PLACEHOLDER = /\{([^{}]*)\}/g;

/** What a name of a host is made from, as written: `dss-{instance}`, `{role}.{env}`. */
export function placeholdersOf(template: string): readonly string[] {
	return [...template.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
}

/** The name for one instance: `{instance}` and the names of its labels are replaced. */
export function hostFor(template: string, instance: string, labels: Readonly<Record<string, string>>): string {
	return template.replace(PLACEHOLDER, (whole, name: string) =>
		name === "instance" ? instance : (labels[name] ?? whole),
	);
}
