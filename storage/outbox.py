"""The outbox: alerts that were decided, and the deliveries that carry them until the chat has them."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from bot.domain.news import Alert, Delivery, DeliveryState, News, NewsKind, Planned
from bot.rules.ranking import ranked
from storage.alerts import Alerts
from storage.cards import Cards
from storage.chats import Chats
from storage.database import Database, marks, moment, stamp
from storage.digests import Digests
from storage.folding import SINGLE, fold_surplus, open_folded
from storage.merging import drop_alerts
from storage.votes import Votes

_ABOUT_PAPERS: Final = (NewsKind.CODE, NewsKind.PAPER)
_A_DAY: Final = timedelta(days=1)
_AT_ONCE: Final = 2_000  # what is queued in one go: more would only be more in memory
_Why = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the outbox holds for one platform: how many due, since when, for how many paused chats, how many dead."""

    platform: str
    due: int
    oldest: datetime | None
    paused_chats: int
    dead: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A delivery that was given up, and why."""

    key: int
    chat: str
    error: str
    at: datetime


class Outbox:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._alerts = Alerts(database)
        self._chats = Chats(database)
        self._digests = Digests(database)
        self._cards = Cards(database)
        self._votes = Votes(database)

    def queue(self, planned: Iterable[Planned], now: datetime) -> int:
        """Make alerts and their deliveries; how many there are. What a chat was told before is left out."""
        told: dict[tuple[NewsKind, int], set[int]] = {}
        count, left = 0, iter(planned)
        while part := list(islice(left, _AT_ONCE)):
            fresh = [one for one in part if self._is_fresh(one, told)]
            apart = [one for one in fresh if not (one.held or one.together or one.tell.folded)]
            self._add_apart(apart, now)
            if len(apart) < len(fresh):
                self._add_others([one for one in fresh if one.held or one.together or one.tell.folded], now)
            count += len(fresh)
        return count

    def _is_fresh(self, one: Planned, told: dict[tuple[NewsKind, int], set[int]]) -> bool:
        """Whether the chat doesn't know this yet; from now on it does. `told`: by news, the chats that do."""
        tell = one.tell
        kind, subject = item = tell.news.kind, tell.news.subject
        if item not in told:
            rows = self._db.rows("SELECT chat FROM alerts WHERE subject = ? AND kind = ?", (subject, kind))
            told[item] = {chat for (chat,) in rows}
        known = told[item]
        if tell.chat in known:
            return False
        known.add(tell.chat)
        return True

    def forget(self, news: News, *, chat: int | None = None) -> None:
        """It may be told again, to all or to this chat; what waits with it is taken back."""
        rows = self._db.rows(
            "SELECT id FROM alerts WHERE subject = ? AND kind = ? AND (? IS NULL OR chat = ?)",
            (news.subject, news.kind, chat, chat),
        )
        drop_alerts(self._db, [key for (key,) in rows])

    def _add_apart(self, planned: Iterable[Planned], now: datetime) -> None:
        """A message for each; in few statements, as many are told the same at the same time."""
        due: dict[tuple[datetime, datetime | None], dict[tuple[NewsKind, int, datetime, _Why], list[int]]] = {}
        for one in planned:
            tell, item = one.tell, one.tell.news
            alike = due.setdefault((one.due_at, one.not_before), {})
            alike.setdefault((item.kind, item.subject, item.at, tell.why), []).append(tell.chat)
        key, alerts = int(self._db.value("SELECT coalesce(max(id), 0) + 1 FROM deliveries")), []
        for (due_at, not_before), alike in due.items():
            chats = [chat for some in alike.values() for chat in some]
            self._db.execute(
                "INSERT INTO deliveries (id, chat, due_at, not_before, created_at) "
                "SELECT ? + key, value, ?, ?, ? FROM json_each(?)",
                (key, stamp(due_at), stamp(not_before) or 0, stamp(now), json.dumps(chats)),
            )
            for (kind, subject, at, why), some in alike.items():
                alerts.append((kind, subject, stamp(at), "\n".join(why), key, json.dumps(some)))
                key += len(some)
        self._db.execute_many(
            "INSERT INTO alerts (chat, kind, subject, at, why, delivery) "
            "SELECT value, ?, ?, ?, ?, ? + key FROM json_each(?)",
            alerts,
        )

    def _add_others(self, planned: Iterable[Planned], now: datetime) -> None:
        """What joins another message, or is held back."""
        rows = []
        for one in planned:
            news, key = one.tell.news, None if one.held else self._joined(one, now)
            why = "\n".join(one.tell.why)
            rows.append((one.tell.chat, news.kind, news.subject, stamp(news.at), why, key, one.held or ""))
        self._db.execute_many(
            "INSERT INTO alerts (chat, kind, subject, at, why, delivery, held) VALUES (?, ?, ?, ?, ?, ?, ?)", rows
        )

    def _joined(self, one: Planned, now: datetime) -> int:
        """The open message that takes in older news, or that of the hour; made where there is none."""
        folded, not_before = (2 if one.together else 1), stamp(one.not_before) or 0
        key = open_folded(self._db, one.tell.chat, folded, not_before=not_before if one.together else None)
        return key or self._db.insert(
            "INSERT INTO deliveries (chat, folded, due_at, not_before, created_at) VALUES (?, ?, ?, ?, ?)",
            (one.tell.chat, folded, stamp(one.due_at), not_before, stamp(now)),
        )

    def due(self, platform: str, *, now: datetime, limit: int) -> tuple[tuple[int, int], ...]:
        """What is to be sent, and to which chats, by their keys; the longest due first."""
        rows = self._db.rows(
            # because: CROSS keeps the order of the tables; without it SQLite reads all that is due, chat by chat
            "SELECT deliveries.id, chats.id FROM deliveries CROSS JOIN chats ON chats.id = deliveries.chat WHERE "
            "deliveries.state = 'due' AND due_at <= ? "
            "AND lease_until IS NULL AND chats.state = 'active' AND platform = ? "
            "ORDER BY due_at, deliveries.id LIMIT ?",
            (stamp(now), platform, limit),
        )
        return tuple(rows)

    def claim(self, keys: Sequence[int], *, now: datetime, lease_until: datetime) -> tuple[int, ...]:
        """Take those of them that are still due: only one taker gets each, until its lease (real clock) is freed.

        What they say is read outside of the transaction, so that nobody waits for that.
        """
        taken = self._db.execute(
            f"UPDATE deliveries SET lease_until = ? WHERE id IN ({marks(keys)}) AND state = 'due' AND due_at <= ? "
            "AND lease_until IS NULL AND chat IN (SELECT id FROM chats WHERE state = 'active') RETURNING id",
            (stamp(lease_until), *keys, stamp(now)),
        )
        mine = {key for (key,) in taken.fetchall()}
        return tuple(key for key in keys if key in mine)

    def free_leases(self, before: datetime | None = None) -> None:
        """Give back what was claimed and never answered for: all of it, or where the lease ended before `before`."""
        self._db.execute(
            "UPDATE deliveries SET lease_until = NULL WHERE state = 'due' AND lease_until IS NOT NULL AND (? IS "
            "NULL OR lease_until < ?)",
            (stamp(before), stamp(before)),
        )

    def sent(self, key: int, now: datetime, *, message: str = "") -> None:
        """`message` is the platform's name for it."""
        self._end(key, DeliveryState.SENT, "", now)
        # What waited for others, and came alone, is a card like any other.
        self._db.execute(
            "UPDATE deliveries SET message = ?, folded = iif(folded = 2 AND (SELECT count(*) FROM alerts WHERE "
            "delivery = deliveries.id) = 1, 0, folded) WHERE id = ? AND ? != ''",
            (message, key, message),
        )

    def begun(self, key: int, message: str, parts: int) -> None:
        """The first messages of a delivery are there: after a restart it goes on behind them."""
        self._db.execute("UPDATE deliveries SET message = ?, parts = ? WHERE id = ?", (message, parts, key))

    def give_up(self, key: int, error: str, now: datetime) -> None:
        self._end(key, DeliveryState.DEAD, error, now)

    def _end(self, key: int, state: DeliveryState, error: str, now: datetime) -> None:
        self._db.execute(
            "UPDATE deliveries SET state = ?, lease_until = NULL, error = ?, done_at = ? WHERE id = ?",
            (state, error, stamp(now), key),
        )

    def later(self, key: int, due_at: datetime, error: str, *, counts: bool) -> None:
        """Try again then; `counts` is False where the platform only asked to wait."""
        self._db.execute(
            "UPDATE deliveries SET lease_until = NULL, due_at = ?, error = ?, attempts = attempts + ? WHERE id = ?",
            (stamp(due_at), error, int(counts), key),
        )

    def put_off(self, chat: int, due_at: datetime, now: datetime) -> None:
        """What else is due for this chat comes then, in its order."""
        self._db.execute(
            "UPDATE deliveries SET due_at = ? WHERE chat = ? AND state = 'due' AND due_at <= ? AND lease_until IS NULL",
            (stamp(due_at), chat, stamp(now)),
        )

    def release(self, papers: Collection[int], now: datetime) -> None:
        """The code of these papers has been looked at: what waited for that is due now, or when quiet hours end."""
        self._db.execute_many(
            "UPDATE deliveries SET due_at = max(?, not_before) WHERE state = 'due' AND folded = 0 AND due_at > ? "
            "AND attempts = 0 "
            "AND error = '' AND id IN "
            "(SELECT delivery FROM alerts WHERE subject = ? AND kind = 'code')",
            [(stamp(now), stamp(now), paper) for paper in papers],
        )

    def bring_forward(self, chat: int, not_before: datetime, now: datetime) -> None:
        """What this chat was to have at that time or later is due now."""
        self._db.execute(
            "UPDATE deliveries SET due_at = ?, not_before = 0 WHERE chat = ? AND state = 'due' AND not_before >= ?",
            (stamp(now), chat, stamp(not_before)),
        )

    def release_all(self, now: datetime) -> None:
        """Nothing waits for a look, or for more to fold, any longer."""
        self._db.execute(
            "UPDATE deliveries SET due_at = max(?, not_before) WHERE state = 'due' AND due_at > ? AND attempts = 0 "
            "AND error = ''",
            (stamp(now), stamp(now)),
        )

    def withdraw(self, paper: int) -> int:
        """The code isn't there after all: take back what hasn't been sent. How many chats that concerned."""
        rows = self._db.rows(
            "SELECT alerts.id FROM alerts LEFT JOIN deliveries ON deliveries.id = delivery WHERE subject = ? "
            "AND kind = 'code' AND ((deliveries.state = 'due' AND lease_until IS NULL) "
            "OR (held != '' AND alerts.digest IS NULL))",
            (paper,),
        )
        drop_alerts(self._db, [alert for (alert,) in rows])
        return len(rows)

    def fold(self, platform: str, *, keep: int, now: datetime) -> None:
        """Where more than `keep` messages wait for a chat, the oldest surplus joins one folded message."""
        for (chat,) in self._db.rows(
            f"SELECT chats.id FROM deliveries JOIN chats ON chats.id = deliveries.chat WHERE {SINGLE} "
            "AND platform = ? "
            "GROUP BY chats.id HAVING count(*) > ?",
            (platform, keep),
        ):
            fold_surplus(self._db, chat, keep=keep, now=now)

    def lost_for(self, chat: int) -> int:
        """How many of its messages were given up since the chat is out of reach."""
        return int(
            self._db.value(
                "SELECT count(*) FROM deliveries JOIN chats ON chats.id = deliveries.chat "
                "WHERE deliveries.chat = ? AND deliveries.state = 'dead' AND done_at >= paused_at",
                (chat,),
            )
        )

    def due_for(self, chat: int, now: datetime) -> int:
        """How many pieces of news would be told to this chat now, in whatever number of messages."""
        return int(
            self._db.value(
                "SELECT count(*) FROM deliveries JOIN alerts ON delivery = deliveries.id "
                "WHERE deliveries.chat = ? AND state = 'due' AND due_at <= ?",
                (chat, stamp(now)),
            )
        )

    def waiting(self) -> tuple[Waiting, ...]:
        rows = self._db.rows(
            "SELECT platform, sum(deliveries.state = 'due' AND chats.state = 'active'), "
            "min(CASE WHEN deliveries.state = 'due' AND chats.state = 'active' THEN due_at END), "
            "count(DISTINCT CASE WHEN chats.state = 'paused' THEN chats.id END), sum(deliveries.state = 'dead') "
            "FROM deliveries JOIN chats ON chats.id = deliveries.chat WHERE deliveries.state IN ('due', "
            "'dead') GROUP BY platform"
        )
        return tuple(
            Waiting(platform, due, moment(oldest), paused, dead) for platform, due, oldest, paused, dead in rows
        )

    def dead(self, limit: int = 10) -> tuple[DeadLetter, ...]:
        rows = self._db.rows(
            "SELECT deliveries.id, platform || ' ' || CASE WHEN title = '' THEN chats.chat ELSE title END, "
            "error, done_at FROM deliveries "
            "JOIN chats ON chats.id = deliveries.chat WHERE deliveries.state = 'dead' ORDER BY done_at DESC LIMIT ?",
            (limit,),
        )
        return tuple(DeadLetter(key, chat, error, at) for key, chat, error, done in rows if (at := moment(done)))

    def held(self, chat: int, since: datetime) -> list[int]:
        """Keys of the alerts that had no message of their own since then."""
        rows = self._db.rows(
            "SELECT id FROM alerts WHERE chat = ? AND held != '' AND at >= ? ORDER BY at DESC LIMIT 100",
            (chat, stamp(since)),
        )
        return [row[0] for row in rows]

    def reasons(self, chat: int, paper: int) -> tuple[str, ...]:
        """The subscriptions' words because of which a chat was told of a paper; none where it wasn't."""
        rows = self._db.rows(
            f"SELECT why FROM alerts WHERE subject = ? AND kind IN ({marks(_ABOUT_PAPERS)}) AND chat = ? ORDER BY id",
            (paper, *_ABOUT_PAPERS, chat),
        )
        return tuple(dict.fromkeys(words for (why,) in rows for words in why.split("\n") if words))

    def failed(self, chat: int, since: datetime) -> tuple[DeadLetter, ...]:
        """The chat's messages that were given up since then."""
        rows = self._db.rows(
            "SELECT id, error, done_at FROM deliveries WHERE chat = ? AND state = 'dead' AND done_at >= ? "
            "ORDER BY done_at DESC LIMIT 20",
            (chat, stamp(since)),
        )
        return tuple(DeadLetter(key, "", error, at) for key, error, done in rows if (at := moment(done)))

    def give_up_on_paused(self, paused_before: datetime, now: datetime) -> None:
        """What waits for chats that have been out of reach for so long has its end."""
        self._db.execute(
            "UPDATE deliveries SET state = 'dead', done_at = ?, error = 'the chat could not be reached for 30 "
            "days' WHERE state = 'due' "
            "AND chat IN (SELECT id FROM chats WHERE state = 'paused' AND paused_at < ?)",
            (stamp(now), stamp(paused_before)),
        )

    def deliveries(self, keys: Iterable[int]) -> tuple[Delivery, ...]:
        """As they would be sent now; those that have been taken back since are left out."""
        with self._db.read():
            return tuple(self.delivery(key) for key in keys if self._is_there(key))

    def _is_there(self, key: int) -> bool:
        return self._db.row("SELECT 1 FROM deliveries WHERE id = ?", (key,)) is not None

    def delivery(self, key: int) -> Delivery:
        """As it would be sent now."""
        row = self._db.row(
            "SELECT chat, folded, attempts, due_at, digest, message, parts FROM deliveries WHERE id = ?", (key,)
        )
        assert row is not None
        chat, folded, attempts, due, digest, message, parts = row
        due_at = moment(due)
        assert due_at is not None
        alerts, told = self._alerts.of_digest(digest) if digest else self._alerts.of_delivery(key), None
        if digest:
            told = self._digests.get(digest)
            alerts = ranked(alerts, until=told.until, period=told.until - told.since, votes=self._votes.all(chat))
        elif folded == 2:
            alerts = ranked(alerts, until=due_at, period=_A_DAY, votes=self._votes.all(chat))
        alone = alerts[0].paper if len(alerts) == 1 and folded != 1 and not digest else None
        return Delivery(
            key,
            self._chats.get(chat),
            alerts,
            folded > 0,
            attempts,
            due_at,
            together=folded == 2,
            digest=told,
            reply_to=self._cards.parent(chat, alone.key, key) if alone else "",
            message=message,
            parts=parts,
        )

    def alerts(self, keys: Sequence[int]) -> tuple[Alert, ...]:
        """The alerts of these keys, as they would be told now."""
        return self._alerts.get(keys)
