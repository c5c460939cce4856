import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate with its key, PEM. */
export interface KeyPair {
	readonly cert: string;
	readonly key: string;
}

/** A small authority that lives for one test file, made with the openssl command. */
export interface Authority {
	/** Its own certificate, PEM: what `tls.ca` takes. */
	readonly ca: string;
	/**
	 * Issues a server certificate.
	 *
	 * @param names subject alternative names as openssl writes them, such as `IP:127.0.0.1` or `DNS:dss.example`
	 * @param from first and last moment, as YYYYMMDDHHMMSSZ
	 */
	issue(names: string, from?: readonly [string, string]): KeyPair;
	/** A certificate that signed itself. */
	selfSigned(names: string): KeyPair;
	close(): void;
}

/** The command, which the machine must have; no package brings it. */
const OPENSSL = "openssl";

/** Always valid while these tests are run. */
const LONG: readonly [string, string] = ["20200101000000Z", "20991231235959Z"];

/** @param keys RSA for partners that know no other, such as a Zabbix built with GnuTLS; they take longer to make */
export function makeAuthority(keys: "ec" | "rsa" = "ec"): Authority {
	const folder = mkdtempSync(join(tmpdir(), "authority-"));
	const at = (name: string) => join(folder, name);
	const openssl = (...args: string[]) => execFileSync(OPENSSL, args, { cwd: folder, stdio: "pipe" });
	const algorithm =
		keys === "ec"
			? ["ecparam", "-name", "prime256v1", "-genkey", "-noout"]
			: ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
	const newKey = (name: string) => openssl(...algorithm, "-out", name);
	let issued = 0;

	writeFileSync(
		at("ca.cnf"),
		`[ca]\ndefault_ca=own\n[own]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\n` +
			`unique_subject=no\ncopy_extensions=copy\n[any]\ncommonName=supplied\n[req]\ndistinguished_name=dn\n[dn]\n`,
	);
	writeFileSync(at("index"), "");
	writeFileSync(at("serial"), "01\n");
	newKey("ca.key");
	openssl(
		...["req", "-x509", "-new", "-config", "ca.cnf", "-key", "ca.key", "-subj", "/CN=Test Authority", "-days", "3650"],
		...["-addext", "basicConstraints=critical,CA:TRUE", "-out", "ca.pem"],
	);

	function issue(names: string, [first, last] = LONG): KeyPair {
		issued += 1;
		const [key, request, cert] = [`${issued}.key`, `${issued}.csr`, `${issued}.pem`];
		newKey(key);
		openssl(
			...["req", "-new", "-config", "ca.cnf", "-key", key, "-subj", `/CN=server ${issued}`],
			...["-addext", `subjectAltName=${names}`, "-out", request],
		);
		openssl(
			...["ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key"],
			...["-startdate", first, "-enddate", last, "-in", request, "-out", cert],
		);
		return { cert: readFileSync(at(cert), "utf8"), key: readFileSync(at(key), "utf8") };
	}

	return {
		ca: readFileSync(at("ca.pem"), "utf8"),
		issue,
		selfSigned(names) {
			newKey("self.key");
			openssl(
				...["req", "-x509", "-new", "-config", "ca.cnf", "-key", "self.key", "-subj", "/CN=self", "-days", "30"],
				...["-addext", `subjectAltName=${names}`, "-out", "self.pem"],
			);
			return { cert: readFileSync(at("self.pem"), "utf8"), key: readFileSync(at("self.key"), "utf8") };
		},
		close: () => rmSync(folder, { recursive: true, force: true }),
	};
}
