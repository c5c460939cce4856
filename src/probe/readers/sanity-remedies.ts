/** What to do about the messages of the sanity check that Dataiku documents, by code. */
const REMEDIES: Readonly<Record<string, string>> = {
	ERR_MISC_DISK_FULL: "free space in the data directory, old job and scenario logs first",
	ERR_CLUSTERS_INVALID_SELECTED: "choose a cluster that exists",
	WARN_MISC_LARGE_INTERNAL_DB: "clear old entries by the macro, or move the runtime databases to PostgreSQL",
	WARN_PROJECT_LARGE_JOB_HISTORY: "run the macro that clears job logs",
	WARN_PROJECT_LARGE_SCENARIO_HISTORY: "run the macro that clears scenario logs",
	WARN_PROJECT_LARGE_STREAMING_HISTORY: "clear old runs of the streaming activities",
	WARN_JOBS_NO_LIMIT: "limit the running jobs and activities",
	WARN_JOBS_MAX_TOO_HIGH: "lower the limit of running jobs to what the machine can carry",
	WARN_JOBS_MAX_OVER_MAX_ACTIVITIES: "more jobs than activities may run: align the two limits",
	WARN_JVM_CONFIG_XMX_IN_RED_ZONE: "a heap of 32 to 48 GB holds less than one of 31: change backend.xmx",
	WARN_JVM_CONFIG_KERNEL_XMX_OVER_THRESHOLD: "lower jek.xmx or fek.xmx",
	WARN_MISC_DISK_MOUNT_TYPE: "the data directory belongs on a local disk",
	WARN_MISC_DISK_NOEXEC_FLAG: "mount the data directory without noexec",
	WARN_MISC_DISK_ROTATIONAL: "the data directory belongs on an SSD",
	WARN_MISC_CODE_ENV_DEPRECATED_INTERPRETER: "rebuild the code environment with a newer Python",
	WARN_MISC_CODE_ENV_IMAGE_OUT_OF_DATE: "rebuild the image of the code environment",
	WARN_MISC_BASE_IMAGE_NOT_FOUND: "build the base image",
	WARN_MISC_BASE_IMAGE_FROM_OLDER_DSS_IMAGE: "build the base image again after the upgrade",
	WARN_MISC_JDBC_JARS_CONFLICT: "remove one of the JDBC drivers",
	WARN_SECURITY_NO_CGROUPS: "switch cgroups on, so that one kernel cannot take all memory",
	WARN_SECURITY_UIF_NOT_ENABLED: "switch user isolation on where users write code",
	WARN_GIT_VERSION_TOO_OLD: "install a newer git on the host",
};

export function remedyFor(code: string): string | undefined {
	return REMEDIES[code];
}
