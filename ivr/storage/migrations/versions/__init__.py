"""One file for each step: NNNN_what_it_adds.py, its revision NNNN; a step works on SQLite and PostgreSQL.

A step only adds, and what it adds has a default: processes of the version before go on with the tables until
that of the step takes over, also such as begin meanwhile.
"""
