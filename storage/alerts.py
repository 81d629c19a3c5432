"""Alerts as they are told: with the paper, entry, feed or whatever else they are about, as that is known now."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.feed import FeedState
from bot.domain.news import HAPPENINGS, Alert, Held, NewsKind
from storage.chats import Chats
from storage.database import Database, Row, marks, moment
from storage.feeds import Feeds
from storage.happenings import Happenings
from storage.links import Links
from storage.papers import Papers
from storage.reports import Reports

_COLUMNS = "id, chat, kind, subject, at, why, held"


class Alerts:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._papers = Papers(database)
        self._links = Links(database)
        self._feeds = Feeds(database)
        self._chats = Chats(database)
        self._reports = Reports(database)
        self._happenings = Happenings(database)

    def get(self, keys: Sequence[int]) -> tuple[Alert, ...]:
        """The alerts of these keys, the oldest first."""
        return self._read(f"id IN ({marks(keys)})", keys)

    def of_delivery(self, key: int) -> tuple[Alert, ...]:
        return self._read("delivery = ?", (key,))

    def of_digest(self, key: int) -> tuple[Alert, ...]:
        return self._read("digest = ?", (key,))

    def _read(self, where: str, parameters: Sequence[int]) -> tuple[Alert, ...]:
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM alerts WHERE {where} ORDER BY at, id", parameters)
        hidden = {chat: frozenset(self._chats.all_hidden(chat)) for chat in {row[1] for row in rows}}
        return tuple(_without(hidden[row[1]], self._alert(row)) for row in rows)

    def _alert(self, row: Row) -> Alert:
        key, _, kind, subject, at, why, held = row
        happened = moment(at)
        assert happened is not None
        bare = Alert(key, NewsKind(kind), happened, tuple(why.split("\n")), held=Held(held) if held else None)
        return self._about(bare, subject)

    def _about(self, alert: Alert, subject: int) -> Alert:
        match alert.kind:
            case NewsKind.CODE | NewsKind.PAPER:
                event = next(reversed(self._papers.events(subject)), None)
                return replace(self._of_paper(alert, subject), event=event)
            case NewsKind.ENTRY:
                entry, name = self._feeds.entry(subject)
                return replace(alert, entry=entry, feed_name=name)
            case NewsKind.STATE:
                event = self._papers.event(subject)
                return replace(self._of_paper(alert, event.paper), event=event)
            case NewsKind.REPORT:
                report = self._reports.get(subject)
                links = self._links.get([report.link])
                return replace(alert, paper=self._papers.get(links[0].paper), links=links, report=report)
            case NewsKind.ROUTE:
                return replace(alert, lost=self._chats.get(subject), number=self._number_in(alert, "route", subject))
            case kind if kind in HAPPENINGS:
                return replace(alert, happening=self._happenings.get(subject))
            case _:
                return self._of_end(alert, subject)

    def _of_paper(self, alert: Alert, paper: int) -> Alert:
        return replace(alert, paper=self._papers.get(paper), links=self._links.of_paper(paper))

    def _of_end(self, alert: Alert, subject: int) -> Alert:
        """A feed has stopped."""
        feed = self._feeds.get(subject)
        gone, number = feed.state is FeedState.GONE, self._number_in(alert, "feed", subject)
        return replace(alert, feed_name=feed.name, feed_error=feed.error, feed_gone=gone, number=number)

    def _number_in(self, alert: Alert, column: str, subject: int) -> int:
        """Which subscription of the alert's chat follows that feed, or speaks in that chat; 0 for none."""
        found = self._db.value(
            f"SELECT min(number) FROM alerts JOIN subscriptions USING (chat) WHERE alerts.id = ? AND {column} = ?",
            (alert.key, subject),
        )
        return int(found or 0)


def _without(hidden: frozenset[int], alert: Alert) -> Alert:
    """Without the links that its chat has called wrong."""
    if not hidden or alert.kind is NewsKind.REPORT:
        return alert
    return replace(alert, links=tuple(link for link in alert.links if link.key not in hidden))
