/** The domain of a mail address, in lower case: of `DSS probe <probe@example.com>` it is `example.com`. */
export function domainOf(address: string): string {
	return (/@([A-Za-z0-9.-]+)>?\s*$/.exec(address)?.[1] ?? "localhost").toLowerCase();
}

/**
 * The Message-ID of a notification (RFC 5322, section 3.6.4). It follows from the notification's id alone, so that every
 * try carries the same one and mailboxes can tell a repeated mail from a new one.
 *
 * @param domain domain of the sender, as the right-hand side
 */
export function messageIdOf(notificationId: string, domain: string): string {
	const left = encodeURIComponent(notificationId.toWellFormed()).replace(
		/[().]/g,
		(sign) => `%${sign.charCodeAt(0).toString(16)}`,
	);
	return `<${left}@dss-probe.${domain}>`;
}
