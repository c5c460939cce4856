import type { Causes } from "./entry.ts";

/** Between the prober and DSS: network, TLS, nginx, and what stands in between. */
export const WAY = {
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
		hint: "The two sides found no common protocol version or cipher, or the port does not speak TLS: then the address begins with http://.",
	},
	path_blocked: {
		layer: "proxy",
		text: "DSS answers its API; something in between blocks the bootstrap endpoint",
		hint: "Compare the reverse proxy's rules for /dip/api and /public/api.",
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
	rate_limited: {
		layer: "proxy",
		text: "too many requests",
		hint: "A proxy limits the rate: allow the probe's address or check less often.",
	},
} as const satisfies Causes;
