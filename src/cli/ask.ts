import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/**
 * Asks on the terminal and reads one line.
 *
 * @param isHidden nothing of what is typed is shown: it is a key
 * @returns undefined at Ctrl-C and Ctrl-D
 */
export async function ask(question: string, isHidden: boolean): Promise<string | undefined> {
	const { stdin, stderr } = process;
	stderr.write(question);
	const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
	const reader = createInterface({ input: stdin, output: isHidden ? nowhere : stderr, terminal: true });
	const { promise, resolve } = Promise.withResolvers<string | undefined>();
	reader.once("line", resolve);
	reader.once("SIGINT", () => resolve(undefined));
	reader.once("close", () => resolve(undefined));
	const line = await promise;
	reader.close();
	if (isHidden || line === undefined) stderr.write("\n");
	return line;
}
