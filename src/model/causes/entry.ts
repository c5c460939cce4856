/** Who has to act: the layer that broke. */
export type Layer =
	| "network"
	| "tls"
	| "host"
	| "nginx"
	| "backend"
	| "proxy"
	| "key"
	| "right"
	| "jek"
	| "job"
	| "scenario"
	| "licence"
	| "capacity"
	| "deployed"
	| "check"
	| "prober";

/** One thing to blame. */
interface CauseEntry {
	readonly layer: Layer;
	/** What is wrong, as the end of the first line of a message. */
	readonly text: string;
	/** What to do first, for the body of a message. */
	readonly hint: string;
}

export type Causes = Readonly<Record<string, CauseEntry>>;
