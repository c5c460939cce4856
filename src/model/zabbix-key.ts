/** Key of the item that tells an instance as a whole: the template reads all others out of it, and a push fills it. */
export const MASTER_KEY = "dss.get_status";
