/** A check as programs know it that run plugins: a service of a host. Times in ms. */
export interface Service {
	readonly instance: string;
	readonly check: string;
	/** What is true while it is good. */
	readonly about: string;
	readonly everyMs: number;
	readonly retryMs: number;
	/** This many bad looks before anyone is told. */
	readonly attempts: number;
	readonly runbook?: string;
	readonly labels: Readonly<Record<string, string>>;
	/** The checks that explain this one when they are bad. */
	readonly parents: readonly { readonly instance: string; readonly check: string }[];
}

/** An instance with its services. */
export interface Host {
	readonly instance: string;
	/** Name or address of the machine. */
	readonly address: string;
	readonly url: string;
	readonly labels: Readonly<Record<string, string>>;
	readonly services: readonly Service[];
}

/** How the plugin is called. */
export interface PluginCall {
	/** Program with its first arguments, each as one word. */
	readonly program: readonly string[];
	readonly config: string;
	/** The plugin's deadline, seconds. */
	readonly timeoutS: number;
}
