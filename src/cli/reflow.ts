/** A line longer than this is hard to read, however wide the terminal is. */
const WIDEST = 120;

/**
 * Fits text to the width of a terminal: the lines of a paragraph are put together and broken anew at spaces. What is indented,
 * such as options and examples, stays as it is.
 */
export function reflow(text: string, width: number): string {
	const room = Math.min(width, WIDEST);
	const lines: string[] = [];
	let isOpen = false;
	for (const line of text.split("\n")) {
		if (line === "" || line.startsWith(" ")) {
			lines.push(line);
			isOpen = false;
			continue;
		}
		for (const word of line.split(" ")) {
			const last = lines.at(-1) ?? "";
			if (isOpen && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`;
			else lines.push(word);
			isOpen = true;
		}
	}
	return lines.join("\n");
}
