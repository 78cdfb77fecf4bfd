"""The portfolio's reports: what figures mean, how they are read from the record and the touch ledger, and the page that shows them."""
