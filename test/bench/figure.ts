/** One line of the table: what was measured, what came out, and the bar it is held against. */
export interface Figure {
	readonly what: string;
	readonly value: string;
	/** Absent where the figure is for information only. */
	readonly bar?: { readonly text: string; readonly met: boolean };
}

/** What a benchmark is told. */
export interface Effort {
	/** A shorter look: rougher figures in a fraction of the time. */
	readonly isQuick: boolean;
	/** The bundled program, as it is published. */
	readonly main: string;
	/** A folder of the benchmark's own, removed afterwards. */
	readonly folder: string;
}

export type Benchmark = (effort: Effort) => Promise<readonly Figure[]>;

/** A figure that must not be above a bar. */
export function atMost(what: string, value: number, bar: number, show: (value: number) => string): Figure {
	return { what, value: show(value), bar: { text: `<= ${show(bar)}`, met: value <= bar } };
}

/** A figure that could not be taken, and why. */
export function notMeasured(what: string, why: string): Figure {
	return { what, value: `not measured: ${why}` };
}

export const times = (value: number) => `${value.toFixed(2)} x`;
export const milliseconds = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const megabytes = (value: number) => `${value.toFixed(0)} MB`;

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]) => quantile(values, 0.5);
