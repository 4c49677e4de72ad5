"""One file for each step: NNNN_what_it_adds.py, its revision NNNN; a step works on SQLite and PostgreSQL."""
