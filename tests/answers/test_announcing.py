"""What /status says of arXiv's calendar: why there is nothing new, and when there will be, by the chat's clock."""

from datetime import datetime, timedelta

import pytest

from bot.answers import Answers, Live
from bot.domain.chat import Address
from bot.domain.feed import Source, Validators
from bot.domain.pace import Pace
from handlers import wording
from handlers.console.render import render
from storage import Storage
from tests.fakes import FakeArxiv

ADA = Address("telegram", "7")
MONDAY = "Mon 30 Nov 01:00 UTC; its feeds have it from 05:00"
IN_JANUARY = "Wed 3 Jan 01:00 UTC; its feeds have it from 05:00"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}Z")


def read(storage: Storage, at: str, newest: str) -> None:
    """arXiv was read then, and had the announcement of that time."""
    with storage.write():
        feed = storage.feeds.want(
            Source.ARXIV, "https://arxiv.test/", "cs.LG", now=moment(at), interval_s=3600, trusted=True
        )
        later = moment(at) + timedelta(hours=1)
        storage.feeds.succeeded(
            feed, Validators(), now=moment(at), next_check=later, interval_s=3600, last_item_at=moment(newest)
        )


def said(storage: Storage, now: str, *, zone: str = "") -> str:
    """The status' line on arXiv, behind when it was read."""
    nowhere = FakeArxiv()
    answers = Answers(storage, Live(nowhere, nowhere, feeds=None), clock=lambda: moment(now))  # type: ignore[arg-type]  # because: nothing is looked up
    if zone:
        answers.settling.zone(ADA, zone)
    told = " ".join(render(wording.status(answers.status(ADA))).split())
    return told.split("next look ")[1].partition(". ")[2].split(" Feeds ")[0]


@pytest.mark.parametrize(
    ("now", "says"),
    [
        ("2026-03-05T12:00", "Next announcement Fri 6 Mar 01:00 UTC; its feeds have it from 05:00"),
        ("2026-03-06T02:00", "Next announcement Fri 6 Mar 01:00 UTC; its feeds have it from 05:00"),
        ("2026-03-06T12:00", "Next announcement Mon 9 Mar 00:00 UTC; its feeds have it from 04:00"),
        ("2026-03-07T12:00", "No announcement today: weekend. Next Mon 9 Mar 00:00 UTC; its feeds have it from 04:00"),
        ("2026-11-26T12:00", f"Next announcement {MONDAY} (none before: US holiday (Thanksgiving))"),
        (
            "2026-11-27T12:00",
            "No announcement today: US holiday (Thanksgiving). Next Mon 30 Nov 01:00 UTC; its feeds have it from 05:00",
        ),
        (
            "2026-12-30T12:00",
            "No announcement today: winter break. Next Thu 31 Dec 01:00 UTC; its feeds have it from 05:00",
        ),
        ("2029-01-02T12:00", f"Probably no announcement today: US holiday (New Year's Day). Next {IN_JANUARY}"),
        ("2027-12-28T12:00", "Next announcement, probably, Wed 29 Dec 01:00 UTC; its feeds have it from 05:00"),
    ],
)
def test_it_says_what_is_next_and_why_there_is_nothing(storage: Storage, now: str, says: str) -> None:
    read(storage, now, now)
    assert said(storage, now) == says


@pytest.mark.parametrize(
    ("zone", "says"),
    [
        ("Berlin", "Fri 6 Mar 02:00 Europe/Berlin; its feeds have it from 06:00"),
        ("Tokyo", "Fri 6 Mar 10:00 Asia/Tokyo; its feeds have it from 14:00"),
        ("New York", "Thu 5 Mar 20:00 America/New_York; its feeds have it from Fri 00:00"),
    ],
)
def test_times_are_by_the_chats_clock(storage: Storage, zone: str, says: str) -> None:
    read(storage, "2026-03-05T12:00", "2026-03-05T05:00")
    assert said(storage, "2026-03-05T12:00", zone=zone) == f"Next announcement {says}"


@pytest.mark.parametrize(
    ("now", "newest", "late"),
    [
        ("2026-03-05T12:00", "2026-03-04T05:00", True),
        ("2026-03-05T10:00", "2026-03-04T05:00", False),  # it may still come
        ("2026-03-05T12:00", "2026-03-05T05:00", False),
        ("2026-03-07T12:00", "2026-03-05T05:00", False),  # a Saturday's feed is empty anyway
        ("2027-12-29T12:00", "2027-12-24T05:00", False),  # nobody knows whether it was to come
    ],
)
def test_an_announcement_that_should_be_there_and_is_not_is_late(
    storage: Storage, now: str, newest: str, late: bool
) -> None:
    read(storage, now, newest)
    assert ("Wednesday's announcement is late. Next Fri 6 Mar" in said(storage, now)) is late


def test_a_feed_that_nobody_could_read_is_not_late_but_failing(storage: Storage) -> None:
    read(storage, "2026-03-04T06:00", "2026-03-04T05:00")
    assert "late" not in said(storage, "2026-03-05T12:00")


def test_the_clock_of_a_chat_that_is_not_known_is_utc(storage: Storage) -> None:
    read(storage, "2026-03-05T12:00", "2026-03-05T05:00")
    assert " UTC;" in said(storage, "2026-03-05T12:00")
    with storage.write():
        chat = storage.chats.meet(ADA, moment("2026-03-05T12:00"))
        storage.paces.set(chat.key, Pace("Asia/Tokyo"))
    assert " Asia/Tokyo;" in said(storage, "2026-03-05T12:00")
