#!/bin/bash
# Runs Debian's cron where it sees nothing of this machine's tables and nobody gets its mail: private_cron.sh FOLDER
#
# FOLDER/cron.d holds the tables; what cron would mail is added to FOLDER/mails. Lines with @reboot run at once.
# Has to be started by: unshare --mount
set -eu
cd "$1"
mkdir -p spool
: >crontab
printf '#!/bin/sh\ncat >>%s/mails\n' "$1" >mailer
chmod 0755 mailer
mount --make-rprivate /
mount --bind spool /var/spool/cron/crontabs
mount --bind cron.d /etc/cron.d
mount --bind crontab /etc/crontab
mount --bind mailer "$(readlink -f /usr/sbin/sendmail)"
mount -t tmpfs none /run
exec /usr/sbin/cron -f
