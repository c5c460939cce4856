/** An administrator's call that only reads, is cheap, and is as old as DSS 5.1. */
export const ADMIN_CALL = "/admin/licensing/status";

/**
 * No job has this id: what is asked about it is refused for want of a right, or because it does not exist. So a right is tried
 * without anything being started or ended.
 */
export const NO_JOB = "dss-probe-looks-for-a-right.000";
