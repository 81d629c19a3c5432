"""Two that turn out to be one: what refers to the one that goes is joined with what refers to the one that stays."""

from collections.abc import Iterable
from typing import Literal

from bot.domain.news import NewsKind
from storage.database import Database
from storage.evidence import weigh_anew


def join_links(db: Database, end: Literal["paper", "repository"], gone: int, into: int) -> None:
    """Links move; of two between the same ends one stays, with all the evidence."""
    other = "repository" if end == "paper" else "paper"
    twins = db.rows(
        f"SELECT old.id, kept.id FROM links old JOIN links kept ON kept.{other} = old.{other} "
        f"WHERE old.{end} = ? AND kept.{end} = ?",
        (gone, into),
    )
    for old, kept in twins:
        db.execute("UPDATE OR IGNORE evidence SET link = ? WHERE link = ?", (kept, old))
        for table in ("hidden_links", "reports"):
            db.execute(f"UPDATE OR IGNORE {table} SET link = ? WHERE link = ?", (kept, old))
        db.execute(
            "UPDATE links SET first_seen = min(links.first_seen, old.first_seen) "
            "FROM (SELECT first_seen FROM links WHERE id = ?) old WHERE links.id = ?",
            (old, kept),
        )
        db.execute("DELETE FROM links WHERE id = ?", (old,))
        weigh_anew(db, kept)
    db.execute(f"UPDATE links SET {end} = ? WHERE {end} = ?", (into, gone))


def join_stars(db: Database, gone: int, into: int) -> None:
    """What happened to a repository, and how many stars it had, is the other's; what both have stays once."""
    db.execute("UPDATE OR IGNORE star_samples SET repository = ? WHERE repository = ?", (into, gone))
    db.execute("UPDATE OR IGNORE star_watch SET repository = ? WHERE repository = ?", (into, gone))
    db.execute("UPDATE OR IGNORE repository_events SET repository = ? WHERE repository = ?", (into, gone))
    twice = db.rows(
        "SELECT alerts.id FROM repository_events JOIN alerts ON subject = repository_events.id "
        "AND alerts.kind = repository_events.kind WHERE repository = ?",
        (gone,),
    )
    drop_alerts(db, [key for (key,) in twice])


def join_alerts(db: Database, end: Literal["chat", "subject"], gone: int, into: int, kinds: Iterable[NewsKind]) -> None:
    """Alerts move; of two that say the same to the same chat one stays, and that is the one that was sent."""
    other = "subject" if end == "chat" else "chat"
    for kind in kinds:
        twins = db.rows(
            "SELECT old.id, kept.id, deliveries.state = 'due' FROM alerts old "
            f"JOIN alerts kept ON kept.{other} = old.{other} AND kept.kind = old.kind "
            f"LEFT JOIN deliveries ON deliveries.id = old.delivery WHERE old.kind = ? AND old.{end} = ? "
            f"AND kept.{end} = ?",
            (kind, gone, into),
        )
        drop_alerts(db, [old if waits else kept for old, kept, waits in twins])
        db.execute(f"UPDATE alerts SET {end} = ? WHERE {end} = ? AND kind = ?", (into, gone, kind))


def join_votes(db: Database, end: Literal["chat", "paper"], gone: int, into: int) -> None:
    """Votes move; of two by the same chat on the same paper the later one counts."""
    other = "paper" if end == "chat" else "chat"
    db.execute(
        f"DELETE FROM votes WHERE {end} = ? AND EXISTS (SELECT 1 FROM votes kept WHERE kept.{end} = ? "
        f"AND kept.{other} = votes.{other} AND kept.at >= votes.at)",
        (gone, into),
    )
    db.execute(f"UPDATE OR REPLACE votes SET {end} = ? WHERE {end} = ?", (into, gone))


def drop_alerts(db: Database, keys: Iterable[int]) -> None:
    """Take alerts back, and with them the waiting messages that they leave empty."""
    for key in keys:
        delivery = db.value("SELECT delivery FROM alerts WHERE id = ?", (key,))
        db.execute("DELETE FROM alerts WHERE id = ?", (key,))
        db.execute(
            "DELETE FROM deliveries WHERE id = ? AND state = 'due' "
            "AND NOT EXISTS (SELECT 1 FROM alerts WHERE delivery = deliveries.id)",
            (delivery,),
        )
