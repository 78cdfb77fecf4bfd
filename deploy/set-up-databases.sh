#!/bin/sh
# Give the ledger and Temporal each a database and a user of its own, whom the other's lets in nowhere. Runs before each start, as the
# server's superuser, and changes nothing twice; a changed password is taken over. What an installation of before keeps in these databases as
# somebody else's becomes their own user's.
set -eu

secret() { # the value of the variable, or of the file that NAME_FILE names
    eval "value=\${$1:-} file=\${$1_FILE:-}"
    if [ -n "$file" ]; then
        [ -z "$value" ] || { echo "$1 and $1_FILE are both set: set one of them" >&2; exit 2; }
        value=$(cat "$file") || exit 2
    fi
    [ -n "$value" ] || { echo "$1 is not set: give it in .env, or name a file with it in $1_FILE" >&2; exit 2; }
    printf %s "$value"
}

PGPASSWORD=$(secret POSTGRES_PASSWORD)
LEDGER_PASSWORD=$(secret LEDGER_PASSWORD)
TEMPORAL_DATABASE_PASSWORD=$(secret TEMPORAL_DATABASE_PASSWORD)
export LEDGER_PASSWORD TEMPORAL_DATABASE_PASSWORD PGPASSWORD PGHOST="$POSTGRES_SEEDS" PGPORT="$DB_PORT" PGUSER="$POSTGRES_USER" PGOPTIONS="--client-min-messages=warning"

case "$POSTGRES_USER" in
    ledger | temporal)
        echo "POSTGRES_USER is '$POSTGRES_USER', which is to be a user without rights over the server: name the superuser otherwise" >&2
        exit 2
        ;;
esac

ask() { # SQL from standard input, in that database; passwords come by the environment and not by a command line that others can read
    psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --dbname "$1" --file -
}

owned() { # owned ROLE PASSWORD_VARIABLE DATABASE...
    role=$1 password=$2
    shift 2
    ask postgres <<SQL
\getenv password $password
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SELECT 'CREATE ROLE $role' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$role') \gexec
ALTER ROLE $role LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';
SQL
    for database in "$@"; do
        ask postgres <<SQL
SELECT 'CREATE DATABASE $database' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '$database') \gexec
ALTER DATABASE $database OWNER TO $role;
REVOKE ALL ON DATABASE $database FROM PUBLIC;
SQL
        # Tables with their indexes and sequences, views and functions that are somebody else's. What belongs to an extension stays.
        ask "$database" <<SQL
SELECT format('ALTER %s %s OWNER TO $role', CASE kind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, object)
FROM (
    SELECT c.oid::regclass AS object, c.relkind AS kind
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S') AND pg_get_userbyid(c.relowner) <> '$role'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i', 'e'))
) found \gexec
SELECT format('ALTER FUNCTION %s OWNER TO $role', p.oid::regprocedure)
FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND pg_get_userbyid(p.proowner) <> '$role'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') \gexec
SQL
        echo "database $database belongs to $role"
    done
}

owned ledger LEDGER_PASSWORD evergreen
owned temporal TEMPORAL_DATABASE_PASSWORD temporal temporal_visibility
