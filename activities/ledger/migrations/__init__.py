"""How the ledger's database comes from one version to the next: one file a version, run by Alembic.

A version is `major.minor`. One that only adds counts the minor part up, and code of the versions before goes on beside it; whatever an older
build could not go on with counts the major part up. `schema.py` names them all, so that only who changes a database imports Alembic.
"""
