#!/bin/sh
# Run once, when a data volume is new. The image has made the account of the service from MYSQL_USER and
# MYSQL_PASSWORD by then; this makes the one that migrates, so that no password stands in a file.
# In a subshell: the image's entrypoint reads a file that is not executable into its own shell, and must
# not go on with these options.
(
  set -eu
  export MYSQL_PWD="$MYSQL_ROOT_PASSWORD"
  mysql -uroot -e "CREATE USER 'usercenter_migrate'@'%' IDENTIFIED BY '$UC_DB_MIGRATION_PASSWORD'"
  mysql -uroot </etc/mysql/grants.sql
)
