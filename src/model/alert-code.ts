/**
 * What Zabbix is told of an alert: one number, so that a trigger decides by a single value that cannot arrive in halves.
 *
 * The daemon has confirmed what it says (`fail_after`, `recover_after`), and one value is enough. Without a daemon there is
 * one look and no memory: the trigger has to wait for several of the same kind. So the order counts: whatever is bad is
 * `warning` or more, whatever is critical is `critical` or more, whatever is good is `pending` or less.
 */
export const ALERT_CODE = {
	/** No alert, says the daemon. */
	none: 0,
	/** Good in one look without a daemon. */
	good: 1,
	/** Bad, but not yet often enough for the daemon. */
	pending: 2,
	/** Neither news of a problem nor of its end: a parent explains it, it may be recovering, or nothing is known. */
	held: 3,
	/** Bad in one look without a daemon. */
	warning: 4,
	firingWarning: 5,
	critical: 6,
	firingCritical: 7,
} as const;

export type AlertCode = (typeof ALERT_CODE)[keyof typeof ALERT_CODE];
