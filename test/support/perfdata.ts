/** One figure of a plugin's performance data. */
export interface Parsed {
	readonly label: string;
	readonly value: number;
	readonly uom: string;
	readonly warning: string;
	readonly critical: string;
	readonly min: string;
	readonly max: string;
}

/**
 * Reads performance data sign by sign, by the grammar of the Monitoring Plugins guidelines (section "Performance data"):
 * `'label'=value[UOM];[warn];[crit];[min];[max]`, separated by spaces.
 *
 * @throws where the text is not in the grammar
 */
export function parsePerfdata(text: string): readonly Parsed[] {
	const found: Parsed[] = [];
	let at = 0;
	const refuse = (why: string): never => {
		throw new Error(`${why} at ${at} of ${JSON.stringify(text)}`);
	};
	const label = (): string => {
		let read = "";
		if (text[at] !== "'") {
			while (at < text.length && text[at] !== "=") {
				if (/[\s']/.test(text[at] as string)) refuse("a space or quote in a label without quotes");
				read += text[at++];
			}
			return read;
		}
		for (at++; ; at++) {
			if (at >= text.length) refuse("a quote that is not closed");
			if (text[at] === "=") refuse("an equals sign in a label");
			if (text[at] !== "'") read += text[at];
			else if (text[at + 1] === "'") read += text[++at];
			else break;
		}
		at++;
		return read;
	};
	while (at < text.length) {
		const name = label();
		if (name === "") refuse("an empty label");
		if (text[at++] !== "=") refuse("no equals sign");
		const end = text.indexOf(" ", at) < 0 ? text.length : text.indexOf(" ", at);
		const [amount = "", warning = "", critical = "", min = "", max = "", ...more] = text.slice(at, end).split(";");
		if (more.length > 0) refuse("a field too many");
		const [, digits, uom = ""] = /^(-?\d+(?:\.\d+)?)(s|us|ms|%|B|KB|MB|TB|c)?$/.exec(amount) ?? refuse("no value");
		for (const bound of [min, max]) if (!/^(-?\d+(\.\d+)?)?$/.test(bound)) refuse("no number");
		found.push({ label: name, value: Number(digits), uom, warning, critical, min, max });
		at = end + 1;
	}
	return found;
}
