"""Tables and migrations, one file per thing stored."""
