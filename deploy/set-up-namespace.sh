#!/bin/sh
# Create the namespace unless it is there. Retention is for closed runs: a customer's open run stays however long it sleeps.
set -eu

if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
    echo "namespace $TEMPORAL_NAMESPACE is there"
else
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION" --description "customer lifecycles"
fi
