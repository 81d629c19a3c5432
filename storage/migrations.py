"""Numbered migrations, append-only. Each runs in one transaction with the note that it ran.

To change the schema: freeze the text that `m001_first` runs today as a constant of its own, append a migration, raise
schema.LATEST and write the result into schema.SCHEMA; a test runs them all and compares with SCHEMA.
"""

import sqlite3

import sqlite_utils
from sqlite_utils import Migrations

from storage import schema

migrations = Migrations("paperwire")


@migrations()
def m001_first(db: sqlite_utils.Database) -> None:
    """The first schema."""
    for statement in statements(schema.SCHEMA):
        db.execute(statement)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a file to the latest schema; harmless where it is there already."""
    db = sqlite_utils.Database(connection)
    # First of all: killed anywhere after this, the file is known as ours and the next start goes on.
    db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    migrations.apply(db)
    db.execute(f"PRAGMA user_version = {schema.LATEST}")


def statements(script: str) -> list[str]:
    """The statements of a script; executescript() would commit the transaction around them."""
    found, begun = [], ""
    for line in script.splitlines():
        begun += line + "\n"
        if sqlite3.complete_statement(begun):
            found.append(begun)
            begun = ""
    return found
