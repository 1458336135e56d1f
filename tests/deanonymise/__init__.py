"""Who answered what, asked of everything that an attacker could hold: tables, transactions, deleted rows, the log of
changes, dumps, logs, the shape of rows, names typed at the door, and all that is
published. Run by `make deanonymise`."""
