"""The database that the ledger keeps: how it is opened, its versions, and the tables of touches and holds."""
