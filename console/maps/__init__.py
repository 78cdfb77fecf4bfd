"""Maps of the columns that CRMs export."""
