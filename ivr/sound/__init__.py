"""Any audio to a telephone master, checks on a take, and which sound is live."""
