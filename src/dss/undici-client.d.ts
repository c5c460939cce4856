// undici's front door loads fetch, WebSocket, caches and mocks. The client alone starts in a third of that time, which an
// external check (one process per probe) feels. undici declares no types for the file.
declare module "undici/lib/dispatcher/client.js" {
	import type { Client } from "undici";

	const client: typeof Client;
	export default client;
}
