#!/bin/sh
# Installs the dependencies when they are missing or older than the lock file; says nothing when there is nothing to do.
set -eu
cd "$(dirname "$0")/.."
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
	echo "dss-probe: installing dependencies (npm ci) ..." >&2
	npm ci --no-audit --no-fund --loglevel=error >&2
	# npm keeps the time of its own record when nothing changed.
	touch node_modules/.package-lock.json
fi
