/** What a running daemon says of itself to whoever asks on its machine. */
export interface About {
	readonly version: string;
	readonly nodeVersion: string;
	readonly pid: number;
	/** ms since 1970 UTC. */
	readonly startedAt: number;
	/** When the configuration in force was read, ms since 1970 UTC. */
	readonly configLoadedAt: number;
	/** Why a newer configuration was refused, if one was. */
	readonly configError?: string;
	/** What is wrong with the database, if anything is. */
	readonly storeFault?: string;
	/** Channels that take nothing until the next reload, and why. */
	readonly disabled: Readonly<Record<string, string>>;
}
