#!/bin/sh
# Creates the namespace of the workers once the server answers. Histories of closed runs are kept for 30 days.
set -eu
namespace=${TEMPORAL_NAMESPACE:-default}

attempts=0
until temporal operator cluster health; do
  attempts=$((attempts + 1))
  if [ "$attempts" -ge 60 ]; then
    echo "Temporal at $TEMPORAL_ADDRESS has not become healthy." >&2
    exit 1
  fi
  sleep 1
done
temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$namespace" --retention 30d
