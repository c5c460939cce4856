import type { Command } from "commander";

/** What a verb's help says below its options: what to know before it is used, and how it is called. By its whole name. */
const HELP: Readonly<Record<string, string>> = {
	run: `
Watches until SIGTERM or SIGINT, which let it deliver what is due first. SIGHUP reads the configuration again; a wrong one is
refused, and the old one stays in force. One daemon works on one store. Where nothing is configured, a demonstration runs.

With --once it looks at every check once and ends, for cron and timers. Its streaks go from run to run. A second run at the
same time, or one beside the daemon, steps aside.

Examples:
  dss-probe run -c /etc/dss-probe/alerts.yaml
  dss-probe run --once --quiet -c /etc/dss-probe/alerts.yaml
  dss-probe run --demo

Exit codes: 0 ended as asked; 69 the port or the store is in use; 70 dss-probe failed, or a
second signal ended it at once; 78 wrong configuration.
With --once: 0 ok, 1 warning, 2 critical, 3 unknown, the worst of all checks; 0 where another run is at work.`,
	validate: `
Reads the configuration as the daemon does and connects to nothing. All mistakes are told at once, with file, line, column and
what may have been meant. Where there is none, each check is listed with its instance, its pace, who is told, and how long
it takes from the outage to the page at most.

Examples:
  dss-probe validate -c /etc/dss-probe/alerts.yaml
  dss-probe validate --json

Exit codes: 0 in order, warnings included; 78 wrong.`,
	init: `
Asks on a terminal for what is not given, and tries it at once. Secrets are not shown while they are typed; they are kept in a
file beside the configuration that only you can read, or stay in the file that holds them. What is written is in order, or nothing
is written.

Examples:
  dss-probe init
  dss-probe init --url https://dss.example.com --key-from DSS_API_KEY --webhook-url-from HOOK_URL --yes
  dss-probe init --url https://dss.example.com --key-from file:/etc/dss-probe/key --dry-run

Exit codes: 0 written; 2 the node, a key or the test message failed; 64 wrong command line; 69 it is there already; 130 Ctrl-C.`,
	health: `
Asks over the socket beside the store, so it needs no web page and no token. Says whether dss-probe works, not whether DSS does:
the daemon works as long as checks start and end. For the health check of a container, and for other supervisors.

Example:
  dss-probe health -c /etc/dss-probe/alerts.yaml

Exit codes: 0 it works; 1 it does not, does not answer within 3 s, or does not run; 78 wrong configuration.`,
	discover: `
Reads only, and writes nothing: the piece goes to stdout. Each check stands below its reason. What the node's version or its key
cannot serve is commented out, with what is missing. Also for API nodes, Govern and Fleet Managers.

Examples:
  dss-probe discover design
  DSS_API_KEY=... dss-probe discover --url https://dss.example.com/dss --key-from DSS_API_KEY > piece.yaml
  dss-probe discover --url https://dss.example.com --json

Exit codes: 0 known, and its key is good; 1 known in part: no key, a refused one, or a page in front; 2 no node answers there;
64 wrong command line; 78 wrong configuration.`,
	"test-notify": `
The messages say that they are a test; no incident is opened and nothing is stored. Each channel is tried once.

Examples:
  dss-probe test-notify
  dss-probe test-notify ops-mail pager -c /etc/dss-probe/alerts.yaml

Exit codes: 0 all arrived; 2 one did not; 64 there is no such channel; 78 wrong configuration.`,
	rehearse: `
Runs the real program in virtual time with played looks, days within seconds, and lists what each channel would have heard.
The store is read with --history and never written.

Examples:
  dss-probe rehearse --timeline outages.yaml
  dss-probe rehearse --history --since 7d
  dss-probe rehearse --history --against new-alerts.yaml

Exit codes: 0 rehearsed, whatever would have been sent; 64 wrong command line; 69 the store cannot be read; 78 wrong configuration
or timeline, or no history.`,
	simulate: `
Speaks enough of the bootstrap endpoint and of the public API for every shipped check. The address printed at the start takes
faults: a crashed backend, a revoked key, jobs that do not start. docs/simulator.md lists them.

Examples:
  dss-probe simulate --api-key try-it --listen 127.0.0.1:11200
  dss-probe simulate --api-key try-it --node-type deployer`,
	"zabbix get": `
Exactly one line on stdout, nothing on stderr, and always in time. A running daemon answers from what it knows; where none does,
dss-probe looks now. What goes wrong in dss-probe itself is 3, or for a field a text that begins with "dss-probe:".

Examples:
  dss-probe zabbix get design get-configuration
  dss-probe zabbix get design get-configuration latency
  dss-probe zabbix get design public-api cause_text --deadline 5s -c /etc/dss-probe/alerts.yaml

Exit code: always 0, as Zabbix wants it.`,
	"zabbix json": `
Every check of the instance with its verdict, cause and values, for a master item whose dependent items take it apart.

Example:
  dss-probe zabbix json design

Exit code: always 0, as Zabbix wants it.`,
	"zabbix discover": `
Examples:
  dss-probe zabbix discover
  dss-probe zabbix discover design --values

Exit code: always 0, as Zabbix wants it.`,
	nagios: `
A line with performance data and what to do below it. A running daemon answers from what it knows; where none does, dss-probe
looks now. A wrong command line or configuration is UNKNOWN, too.

Examples:
  dss-probe nagios design get-configuration
  dss-probe nagios -w 2 -c 8 design public-api
  dss-probe nagios --definitions icinga2 --config /etc/dss-probe/alerts.yaml

Exit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN and whatever says nothing about DSS.`,
	"zabbix install": `
The items of the template for external checks are called dss-probe[...]: with another --name they find no script. Write such items
yourself, or keep the name.

Examples:
  dss-probe zabbix install -c /etc/dss-probe/alerts.yaml
  dss-probe zabbix install --remove

Exit codes: 0 installed, and it answers Zabbix; 1 installed, but it does not; 64 wrong command line; 69 it cannot be written.`,
	"zabbix template": `
Examples:
  dss-probe zabbix template > dss-probe.yaml
  dss-probe zabbix template --by trapper --for 7.0`,
	doctor: `
Looks at everything around dss-probe that can be wrong, and says what to do about each finding. It changes nothing, sends nothing
without --send, and starts no job. Run it as the user of the daemon, with the variables that the configuration names.

Examples:
  dss-probe doctor -c /etc/dss-probe/alerts.yaml
  dss-probe doctor --instance design
  dss-probe doctor --offline --json

Exit codes: 0 nothing is wrong; 1 a warning; 2 something critical, such as a wrong configuration; 64 wrong command line.`,
	"silence list": `
Examples:
  dss-probe silence list
  dss-probe silence list --all --json

Exit codes: 0 listed; 64 wrong command line; 69 the store is not there or cannot be read; 78 wrong configuration.`,
	"silence end": `
Example:
  dss-probe silence end k3f7

Exit codes: 0 ended; 1 refused, for there is no such silence or it is over; 64 wrong command line; 69 the daemon cannot be reached by
this user; 78 wrong configuration.`,
	"outbox list": `
Examples:
  dss-probe outbox list
  dss-probe outbox list --dead --json

Exit codes: 0 listed; 64 wrong command line; 69 the store is not there or cannot be read; 78 wrong configuration.`,
	completion: `
Verbs, options, and the instances, checks and channels of your configuration are completed; it is read whenever the shell asks,
and need not be in order.

Examples:
  dss-probe completion bash > /etc/bash_completion.d/dss-probe
  dss-probe completion zsh > /usr/local/share/zsh/site-functions/_dss-probe
  dss-probe completion fish > ~/.config/fish/completions/dss-probe.fish
  source <(dss-probe completion bash)`,
};

/** Adds to the verbs what their help says beside the list of their options. */
export function addHelp(program: Command): void {
	const visit = (command: Command, name: string): void => {
		const text = HELP[name];
		if (text !== undefined) command.addHelpText("after", text);
		for (const inner of command.commands) visit(inner, `${name} ${inner.name()}`.trim());
	};
	visit(program, "");
}
