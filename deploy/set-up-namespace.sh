#!/bin/sh
# Create the namespace unless it is there, and have it keep closed runs for RETENTION. A customer's open run stays however long it sleeps.
set -eu

if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
    temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION" >/dev/null
    echo "namespace $TEMPORAL_NAMESPACE is there, and keeps closed runs for $RETENTION"
else
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION" --description "customer lifecycles"
fi
