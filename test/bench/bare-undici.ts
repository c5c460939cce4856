// Sends so many requests a second to a server with undici's own client, each on a connection of its own, and does nothing
// with the answers: what a probe costs at the very least.
import { request } from "undici";

const [url = "", perSecond = "1"] = process.argv.slice(2);
let sent = 0;
const started = performance.now();

setInterval(() => {
	const due = Math.floor(((performance.now() - started) / 1_000) * Number(perSecond));
	for (; sent < due; sent++) void request(url, { reset: true }).then(({ body }) => body.text());
}, 10);
process.on("SIGTERM", () => process.exit(0));
