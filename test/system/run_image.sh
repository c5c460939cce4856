#!/bin/bash
# Runs a command in an image that was made of plain folders, as compose.yaml wants it run: the image's own root, read-only, as a
# plain user without rights, with a writable /tmp and store, and the folders of the configuration and the secrets laid in.
#
#   unshare --mount bash run_image.sh IMAGE STORE CONFIG SECRETS UID:GID WORKDIR COMMAND...
#
# The environment is the caller's.
set -eu
image=$1 store=$2 config=$3 secrets=$4 user=$5 folder=$6
shift 6
mount --make-rprivate /
mount --bind "$image" "$image"
mkdir -p "$image"/{proc,dev,tmp,etc/dss-probe,run/secrets}
mount --rbind /proc "$image/proc"
mount --rbind /dev "$image/dev"
mount -t tmpfs -o size=32m,mode=1777,noexec,nosuid,nodev none "$image/tmp"
mount --bind "$store" "$image/var/lib/dss-probe"
mount --bind -o ro "$config" "$image/etc/dss-probe"
mount --bind -o ro "$secrets" "$image/run/secrets"
mount -o remount,bind,ro "$image"
exec chroot "$image" /usr/bin/setpriv --reuid="${user%:*}" --regid="${user#*:}" --clear-groups --bounding-set=-all \
	--inh-caps=-all --no-new-privs /usr/bin/env --chdir="$folder" "$@"
