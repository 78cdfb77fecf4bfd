"""The record: one read model of every customer, in the ledger's database."""
