"""Any sound made fit for the telephone, checked, and which of it callers hear."""
