/** What holds where alerts.yaml does not say it. */
export const DEFAULT_CHECK_FILES = ["checks"];
export const DEFAULT_STORE = "data/dss-probe.db";
