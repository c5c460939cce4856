import { openSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { Duplex } from "node:stream";

// Loaded into the daemon before its first line (`node --import`). It counts every moment at which something leaves the
// process for good, a commit to the disk or bytes to a receiver, before and after it, and at one of them it kills the
// process as nobody can prepare for.

/** Ports of those who receive messages. */
const PORTS = new Set((process.env["CRASH_PORTS"] ?? "").split(",").map(Number));
/** The boundary at which the process dies; 0 for none. */
const AT = Number(process.env["CRASH_AT"] ?? 0);

const journal = openSync(process.env["CRASH_JOURNAL"] ?? "/dev/null", "a");
let count = 0;

function boundary(name: string): void {
	count++;
	writeSync(journal, `${name}\n`);
	if (count === AT) process.kill(process.pid, "SIGKILL");
}

/** Does something between two boundaries. */
function around<Result>(name: string, act: () => Result): Result {
	boundary(`before ${name}`);
	const result = act();
	boundary(`after ${name}`);
	return result;
}

const { exec } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
	const lasting = /COMMIT|journal_mode|EXCLUSIVE/.exec(sql)?.[0];
	return lasting === undefined ? exec.call(this, sql) : around(lasting, () => exec.call(this, sql));
};

const { run } = StatementSync.prototype;
StatementSync.prototype.run = function (this: StatementSync, ...values: Parameters<typeof run>) {
	const act = () => run.apply(this, values);
	return this.sourceSQL === "COMMIT" ? around("COMMIT", act) : act();
} as typeof run;

/** The methods through which every byte of a socket goes; Node has them, its types do not. */
interface Carrying {
	connect(...given: unknown[]): unknown;
	_write(...given: unknown[]): unknown;
	_writev(...given: unknown[]): unknown;
	push(chunk: unknown, encoding?: unknown): boolean;
}

const carrying = Socket.prototype as unknown as Carrying;
const original = { connect: carrying.connect, _write: carrying._write, _writev: carrying._writev };
const ours = new WeakSet<object>();

carrying.connect = function (this: Carrying, ...given) {
	if (PORTS.has(portOf(given))) {
		ours.add(this);
		boundary("before connect");
	}
	return original.connect.apply(this, given);
};

for (const name of ["_write", "_writev"] as const) {
	carrying[name] = function (this: Carrying, ...given) {
		const act = () => original[name].apply(this, given);
		return ours.has(this) ? around("write", act) : act();
	};
}

carrying.push = function (this: Carrying, chunk, encoding) {
	const act = () => (Duplex.prototype as unknown as Carrying).push.call(this, chunk, encoding);
	return ours.has(this) && chunk !== null ? around("answer", act) : act();
};

/** Of `connect(port)`, `connect({ port })`, and the normalised form that Node passes on. */
function portOf(given: readonly unknown[]): number {
	const [first] = given;
	const place: unknown = Array.isArray(first) ? first[0] : first;
	return Number(typeof place === "object" && place !== null && "port" in place ? place.port : place);
}
