"""Numbered migrations, append-only. Each runs in one transaction with the note that it ran.

A new file gets the latest schema at once, from the first migration; the others find what they would add, and add
nothing. To change the schema: raise schema.LATEST, write the result into schema.SCHEMA, append a migration that brings
an older file there, and keep the schema before it in tests/storage/schemas; a test migrates each of those.
"""

import re
import sqlite3

import sqlite_utils
from sqlite_utils import Migrations

from bot.rules.topics import topic
from storage import schema
from storage.schema import trends

# A pair was one term, "diffusion&cat:cs.cv" (but "id:doi:10.1/a&b" is none); what a subscription asks beside its terms
# isn't known of these.
_PAIR = "(instr(term, '&') AND (NOT instr(term, ':') OR instr(term, ':') > instr(term, '&')))"
_PLACES = (
    f"SELECT iif({_PAIR}, substr(term, 1, instr(term, '&') - 1), term), "
    f"iif({_PAIR}, substr(term, instr(term, '&') + 1), ''), 0, subscription FROM subscription_terms"
)
migrations = Migrations("paperwire")
_MADE = re.compile(r"CREATE (?:VIRTUAL |UNIQUE )?(?:TABLE|INDEX) (\w+)")


@migrations()
def m001_first(db: sqlite_utils.Database) -> None:
    """The schema."""
    for statement in statements(schema.SCHEMA):
        db.execute(statement)


@migrations()
def m002_routes_and_cards(db: sqlite_utils.Database) -> None:
    """Routes, messages that are shown anew, votes, what happens to repositories, and who is let in."""
    _add_columns(db, "subscriptions", "route INTEGER REFERENCES chats ON DELETE SET NULL")
    _add_columns(db, "deliveries", "message TEXT NOT NULL DEFAULT ''", "edit_at INTEGER")
    _add_columns(db, "repositories", "release TEXT")
    _add_columns(db, "papers", "upvotes INTEGER")
    _add_columns(db, "chats", "lately_at INTEGER NOT NULL DEFAULT 0", "lately INTEGER NOT NULL DEFAULT 0")
    _rebuild(db, "subscription_terms", _PLACES, needed="beside" not in _columns(db, "subscription_terms"))
    kept = ", ".join(_columns(db, "alerts"))
    _rebuild(db, "alerts", f"SELECT {kept} FROM alerts", needed=_is_there(db, "alerts_of_subject"))
    _add_missing(db)


@migrations()
def m003_sound_and_links(db: sqlite_utils.Database) -> None:
    """Whether a chat's messages ring, whether links that are posted in it are answered, what a search has found."""
    new = "links" not in _columns(db, "chats")
    _add_columns(db, "chats", "sound INTEGER NOT NULL DEFAULT 1", "links INTEGER NOT NULL DEFAULT 0")
    if new:
        db.execute("UPDATE chats SET links = 1 WHERE platform = 'slack'")
    _add_columns(db, "sightings", "searched INTEGER NOT NULL DEFAULT 0")


@migrations()
def m004_trends(db: sqlite_utils.Database) -> None:
    """What papers are about, and the counts from which trends are told, counted of all that is there."""
    _add_columns(db, "papers", "topic TEXT NOT NULL DEFAULT ''")
    if _is_there(db, "papers_counted"):
        return
    _name_topics(db)
    _count_trends(db)


@migrations()
def m005_trends_makers_parts(db: sqlite_utils.Database) -> None:
    """Trends are counted at the end of each transaction, frameworks by topic, too.

    Who made a subscription, to hear when its chat is lost; what has arrived of a message in several.
    """
    _add_columns(db, "subscriptions", "maker TEXT NOT NULL DEFAULT ''")
    _add_columns(db, "deliveries", "parts INTEGER NOT NULL DEFAULT 0")
    if _is_there(db, "trend_changed"):
        return
    made = "SELECT type, name FROM sqlite_master WHERE name LIKE 'trend%' AND type = 'trigger' "
    made += "UNION ALL SELECT 'view', 'links_counted' UNION ALL SELECT 'view', 'papers_counted' "
    made += "UNION ALL SELECT type, name FROM sqlite_master WHERE name LIKE 'trend%' AND type = 'table'"
    for kind, name in db.execute(made).fetchall():
        db.execute(f"DROP {kind} {name}")
    _count_trends(db)


def _count_trends(db: sqlite_utils.Database) -> None:
    _add_columns(db, "repositories", "listed INTEGER NOT NULL DEFAULT 0")
    db.execute("UPDATE repositories SET listed = 1 WHERE hints != ''")  # of what there is in a list of files
    _add_missing(db)
    for statement in (*statements(trends.VIEWS), *trends.COUNT_ALL, *statements(trends.TRIGGERS)):
        db.execute(statement)


def _name_topics(db: sqlite_utils.Database) -> None:
    rows = db.execute("SELECT id, title, coalesce(tasks, '') FROM papers LEFT JOIN archive_papers ON paper = id")
    named = [(found, key) for key, title, tasks in rows if (found := topic(title, tasks.split("\n")))]
    db.conn.executemany("UPDATE papers SET topic = ? WHERE id = ?", named)


def _rebuild(db: sqlite_utils.Database, table: str, rows: str, *, needed: bool) -> None:
    """A table of its new form, with these rows of the old one; its indexes are made anew after that."""
    if needed:
        made = next(one for one in statements(schema.SCHEMA) if f"CREATE TABLE {table} (" in one)
        db.execute(made.replace(f"CREATE TABLE {table} (", f"CREATE TABLE {table}_new (", 1))
        db.execute(f"INSERT INTO {table}_new {rows}")
        db.execute(f"DROP TABLE {table}")
        db.execute(f"ALTER TABLE {table}_new RENAME TO {table}")


def _columns(db: sqlite_utils.Database, table: str) -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


def _is_there(db: sqlite_utils.Database, name: str) -> bool:
    return bool(db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone())


def _add_columns(db: sqlite_utils.Database, table: str, *columns: str) -> None:
    known = _columns(db, table)
    for column in columns:
        if column.split()[0] not in known:
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


def _add_missing(db: sqlite_utils.Database) -> None:
    """The tables and indexes of the schema that aren't there yet."""
    known = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
    for statement in statements(schema.SCHEMA):
        if (made := _MADE.search(statement)) and made[1] not in known:
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
