/** Who has to act: the layer that broke. */
export type Layer =
	| "network"
	| "tls"
	| "nginx"
	| "backend"
	| "proxy"
	| "key"
	| "right"
	| "jek"
	| "job"
	| "licence"
	| "check"
	| "prober";

interface CauseEntry {
	readonly layer: Layer;
	/** What is wrong, as the end of the first line of a message. */
	readonly text: string;
	/** What to do first, for the body of a message. */
	readonly hint: string;
}

/**
 * Everything that dss-probe can blame, by code. The code is part of the webhook body and of the database: never rename one.
 * The texts follow Dataiku's operations and troubleshooting documentation.
 */
export const CAUSES = {
	dns_not_found: {
		layer: "network",
		text: "host name not found in DNS",
		hint: "Check the host name in the instance's url and the DNS zone.",
	},
	host_unreachable: {
		layer: "network",
		text: "host unreachable",
		hint: "Check that the machine is up, then routing and firewall between here and there.",
	},
	connect_timeout: {
		layer: "network",
		text: "no answer to the connection attempt",
		hint: "The machine is down or a firewall drops the packets. Try it from another place.",
	},
	connection_refused: {
		layer: "nginx",
		text: "nginx down (connection refused)",
		hint: "The machine answers, but nothing listens on the port. On the host: DATADIR/bin/dss status, then start.",
	},
	connection_reset: {
		layer: "nginx",
		text: "connection cut before the answer",
		hint: "nginx, a load balancer or a firewall closed the connection. Look at nginx's log on the host.",
	},
	not_http: {
		layer: "proxy",
		text: "what answers does not speak HTTP",
		hint: "Check port and scheme (http or https) of the instance's url.",
	},
	certificate_expired: {
		layer: "tls",
		text: "TLS certificate expired",
		hint: "Renew the certificate on the reverse proxy or on nginx and reload it.",
	},
	certificate_expiring: {
		layer: "tls",
		text: "TLS certificate expires soon",
		hint: "Renew the certificate on the reverse proxy or on nginx before it expires, and reload it.",
	},
	certificate_not_yet_valid: {
		layer: "tls",
		text: "TLS certificate not yet valid",
		hint: "Compare the clocks here and there; otherwise the certificate was installed too early.",
	},
	certificate_untrusted: {
		layer: "tls",
		text: "TLS certificate from an unknown authority",
		hint: "Give the authority's certificate as tls.ca of the instance, or install the missing intermediate on the server.",
	},
	certificate_hostname: {
		layer: "tls",
		text: "TLS certificate is for another host name",
		hint: "Use a host name that the certificate lists, or have a certificate issued for this one.",
	},
	tls_failed: {
		layer: "tls",
		text: "TLS handshake failed",
		hint: "The two sides found no common protocol version or cipher, or the port does not speak TLS.",
	},
	backend_down: {
		layer: "backend",
		text: "nginx up, DSS backend down or starting",
		hint: "On the host: DATADIR/bin/dss status, then the end of run/backend.log. supervisord restarts a crashed backend within a minute.",
	},
	backend_hanging: {
		layer: "backend",
		text: "DSS backend accepts, but does not answer",
		hint: "Long Full GC pauses or exhausted threads: look at run/backend.log, take a thread dump before a restart.",
	},
	backend_slow: {
		layer: "backend",
		text: "DSS backend slow",
		hint: "Look at load, memory and Full GC in run/backend.log; compare with running jobs.",
	},
	backend_error: {
		layer: "backend",
		text: "DSS backend answers with an error",
		hint: "The evidence holds its words; the stack trace is in run/backend.log.",
	},
	api_down: {
		layer: "backend",
		text: "DSS backend up, its public API fails",
		hint: "The bootstrap endpoint answers, the public API does not: look at run/backend.log and at the proxy's rules for /public/api.",
	},
	path_blocked: {
		layer: "proxy",
		text: "DSS answers its API; something in between blocks the bootstrap endpoint",
		hint: "Compare the reverse proxy's rules for /dip/api and /public/api.",
	},
	disk_full: {
		layer: "backend",
		text: "DSS reports a full disk",
		hint: "Free space in the data directory (job and scenario logs first), then restart DSS if transactions failed.",
	},
	login_page: {
		layer: "proxy",
		text: "a login page or a proxy answers instead of DSS",
		hint: "Single sign-on or a reverse proxy stands in between: let the probe's address or path through.",
	},
	redirected: {
		layer: "proxy",
		text: "redirected elsewhere instead of answered",
		hint: "Single sign-on, or http instead of https: give the final address as the instance's url.",
	},
	reply_not_json: {
		layer: "proxy",
		text: "the answer is not JSON",
		hint: "A wrong url or a proxy in between; while DSS starts it can also be a starting page.",
	},
	reply_truncated: {
		layer: "proxy",
		text: "the answer breaks off",
		hint: "A proxy or the backend cut the answer short: look at nginx's error log and at the backend's.",
	},
	reply_too_large: {
		layer: "proxy",
		text: "the answer is larger than allowed",
		hint: "Wrong url, or raise max_body of the check where so much is expected.",
	},
	key_missing: {
		layer: "key",
		text: "no API key was given",
		hint: "Set api_key of the instance.",
	},
	key_rejected: {
		layer: "key",
		text: "API key rejected, DSS is up",
		hint: "The key is unknown, revoked or expired: create a new one in DSS and set it.",
	},
	right_missing: {
		layer: "right",
		text: "API key lacks a right, DSS is up",
		hint: "The canary needs READ_CONF, RUN_JOBS and MONITOR_JOBS on its project; administration calls need an admin key.",
	},
	project_not_visible: {
		layer: "right",
		text: "project not visible to the API key, DSS is up",
		hint: "The project was deleted or renamed, or the key lost READ_CONF on it.",
	},
	not_found: {
		layer: "check",
		text: "DSS does not know what was asked for",
		hint: "Check the project, dataset or path that the check names.",
	},
	unsupported: {
		layer: "check",
		text: "not supported by this DSS",
		hint: "This version of DSS lacks the endpoint: remove the check for this instance, or correct its path.",
	},
	rate_limited: {
		layer: "proxy",
		text: "too many requests",
		hint: "A proxy limits the rate: allow the probe's address or check less often.",
	},
	job_refused: {
		layer: "job",
		text: "DSS refused to start the canary job",
		hint: "Check that the canary's project and output exist and that a recipe builds the output.",
	},
	no_free_jek: {
		layer: "jek",
		text: "job accepted, but no job kernel starts it",
		hint: "All JEKs or activity slots are taken: look at running jobs and at the concurrency limits.",
	},
	job_failed: {
		layer: "job",
		text: "canary job failed in its recipe",
		hint: "The evidence holds the error of the failed activity; DSS itself accepted and ran the job.",
	},
	job_aborted: {
		layer: "job",
		text: "canary job was aborted by somebody else",
		hint: "A person or a clean-up aborted it in DSS.",
	},
	job_too_long: {
		layer: "job",
		text: "canary job did not end in time and was aborted",
		hint: "The job started but hung: a container that cannot be scheduled, a slow connection, an overloaded host.",
	},
	job_overlap: {
		layer: "job",
		text: "the previous canary job is still not final",
		hint: "It was aborted, but DSS has not ended it: look at it in DSS and kill its JEK on the host.",
	},
	licence: {
		layer: "licence",
		text: "DSS refuses for want of a valid licence",
		hint: "Install a valid licence in DSS; on the host it is config/license.json.",
	},
	expectation_failed: {
		layer: "check",
		text: "an expectation of the check failed",
		hint: "The evidence names the condition and what was seen.",
	},
	threshold_exceeded: {
		layer: "check",
		text: "a threshold of the check is exceeded",
		hint: "The evidence names the value and its threshold.",
	},
	prober_resolver: {
		layer: "prober",
		text: "the prober's own name resolution fails",
		hint: "Look at the resolver of the machine dss-probe runs on. Nothing is said about the target.",
	},
	prober_store: {
		layer: "prober",
		text: "the prober's own database fails",
		hint: "Look at disk space and permissions of the store. Probing and telling go on from memory.",
	},
	prober_stalled: {
		layer: "prober",
		text: "the prober itself was stalled",
		hint: "The machine dss-probe runs on was suspended or overloaded. Nothing is said about the target.",
	},
	prober_files: {
		layer: "prober",
		text: "the prober ran out of files, ports or memory",
		hint: "Raise the limits of the machine or unit dss-probe runs on (LimitNOFILE).",
	},
	prober_delivery: {
		layer: "prober",
		text: "the prober cannot deliver its messages",
		hint: "See dss-probe's log for the channel and its error.",
	},
	prober_misconfigured: {
		layer: "prober",
		text: "the prober lacks something it was configured to use",
		hint: "A file or an option that the check needs is missing or unreadable on the machine dss-probe runs on.",
	},
	prober_bug: {
		layer: "prober",
		text: "the prober made a mistake",
		hint: "Please report it with the log line. Nothing is said about the target.",
	},
} as const satisfies Readonly<Record<string, CauseEntry>>;

export type CauseCode = keyof typeof CAUSES;

/** The culprit, as it stands in the first line of every message. */
export interface Cause {
	readonly code: CauseCode;
	readonly text: string;
}

/** The cause for a code, with its standard words. */
export function cause(code: CauseCode): Cause {
	return { code, text: CAUSES[code].text };
}

/** The layer that a cause lies in. */
export function layerOf(code: CauseCode): Layer {
	return CAUSES[code].layer;
}

/** What to do first about a cause. */
export function hintFor(code: CauseCode): string {
	return CAUSES[code].hint;
}
