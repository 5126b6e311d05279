#!/bin/sh
# Creates Temporal's databases in PostgreSQL and migrates them to the version of this image. Safe to repeat: what is
# there stays. SQL_PASSWORD is read by temporal-sql-tool itself, so that the password is in no list of processes.
set -eu
schema=${TEMPORAL_SCHEMA:-/etc/temporal/schema}/postgresql/v12

sql() {
  database=$1
  shift
  temporal-sql-tool --plugin postgres12 --endpoint "$POSTGRES_SEEDS" --port "${DB_PORT:-5432}" \
    --user "$POSTGRES_USER" --database "$database" "$@"
}

for part in temporal visibility; do
  database=temporal
  if [ "$part" = visibility ]; then database=temporal_visibility; fi
  sql "$database" create-database
  sql "$database" setup-schema --version 0.0
  sql "$database" update-schema --schema-dir "$schema/$part/versioned"
done
