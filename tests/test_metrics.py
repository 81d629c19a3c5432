"""What a scraper gets: figures of what waits, and of what fails; no names."""

import re
from datetime import datetime, timedelta

import pytest

from bot.domain.arrival import Arrival
from bot.domain.feed import FeedState, Source, Validators
from bot.jobs.deliver import DeliverCount
from bot.metrics import Metrics
from storage import Storage
from tests.builders import NOW, chat, claim_all, linked_paper, subscribe, tell

HOUR = timedelta(hours=1)


def metrics(storage: Storage, *, now: datetime = NOW, **troubles: str) -> Metrics:
    return Metrics(storage, version="1.2.3", now=lambda: now, lag_s=lambda: 0.25, troubles=lambda: troubles)


def figures(made: Metrics) -> dict[str, float]:
    """Every figure by its name and labels."""
    lines = [line for line in made.page().decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_at_the_start_each_channel_has_its_zeros(storage: Storage) -> None:
    told = figures(metrics(storage, telegram="", slack="the token is refused"))
    for platform in ("telegram", "slack"):
        for name in ("due_deliveries", "dead_deliveries", "oldest_due_delivery_age_seconds", "inbox"):
            assert told[f'paperwire_{name}{{platform="{platform}"}}'] == 0
    assert told['paperwire_channel_well{platform="telegram"}'] == 1
    assert told['paperwire_channel_well{platform="slack"}'] == 0
    assert [told[f'paperwire_deliveries_total{{outcome="{name}"}}'] for name in ("sent", "later", "dead")] == [0, 0, 0]
    assert told["paperwire_loop_lag_seconds"] == 0.25
    assert told['paperwire_info{version="1.2.3"}'] == 1


def test_how_overdue_the_oldest_is_of_what_waits(storage: Storage) -> None:
    ada, eve, key = chat(storage), chat(storage, "eve", platform="slack"), linked_paper(storage)
    bob, other = chat(storage, "bob"), linked_paper(storage, "2603.00002", "ada/others")
    with storage.write():
        planned = [tell(ada, key, due=NOW - HOUR), tell(bob, key), tell(ada, other), tell(eve, key, due=NOW + HOUR)]
        storage.outbox.queue(planned, NOW)
        storage.chats.pause(bob.key, "blocked", NOW)
    told = figures(metrics(storage, telegram="", slack=""))
    assert told['paperwire_due_deliveries{platform="telegram"}'] == 2
    assert told['paperwire_oldest_due_delivery_age_seconds{platform="telegram"}'] == 3600
    assert told['paperwire_oldest_due_delivery_age_seconds{platform="slack"}'] == 0
    with storage.write():
        for delivery in claim_all(storage):
            storage.outbox.give_up(delivery.key, "no", NOW)
    assert figures(metrics(storage))['paperwire_dead_deliveries{platform="telegram"}'] == 2


def test_rounds_of_sending_and_answers_are_counted(storage: Storage) -> None:
    made = metrics(storage)
    made.delivered(DeliverCount(sent=3, later=1))
    made.delivered(DeliverCount(sent=1, dead=2))
    for seconds in (0.002, 0.2, 40.0):
        made.answered("telegram", seconds)
    told = figures(made)
    assert [told[f'paperwire_deliveries_total{{outcome="{name}"}}'] for name in ("sent", "later", "dead")] == [4, 1, 2]
    assert told['paperwire_answer_seconds_count{platform="telegram"}'] == 3
    assert told['paperwire_answer_seconds_bucket{le="0.3",platform="telegram"}'] == 2
    assert told['paperwire_answer_seconds_sum{platform="telegram"}'] == pytest.approx(40.202)


def test_what_came_in_and_waits(storage: Storage) -> None:
    with storage.write():
        storage.inbox.take("telegram", [Arrival("1", "{}")], NOW - HOUR)
        storage.inbox.take("telegram", [Arrival("2", "{}"), Arrival("3", "{}")], NOW)
        storage.inbox.done("telegram", "3", NOW)
    told = figures(metrics(storage))
    assert told['paperwire_inbox{platform="telegram"}'] == 2
    assert told['paperwire_inbox_oldest_age_seconds{platform="telegram"}'] == 3600


def test_sources_tell_their_last_success_and_how_many_feeds_fail(storage: Storage) -> None:
    validators = Validators()
    with storage.write():
        for n in range(4):
            storage.feeds.want(Source.RSS, f"https://{n}.test/", "f", now=NOW, interval_s=60, trusted=True)
        storage.feeds.want(Source.ARXIV, "https://arxiv.test/", "cs.LG", now=NOW, interval_s=60, trusted=True)
        well, _, failing, stopped = storage.feeds.all(Source.RSS)
        storage.feeds.succeeded(well, validators, now=NOW - HOUR, next_check=NOW, interval_s=60)
        storage.feeds.failed(failing, "no", now=NOW, next_check=NOW, state=FeedState.ACTIVE)
        storage.feeds.failed(stopped, "gone", now=NOW, next_check=NOW, state=FeedState.GONE)
    told = figures(metrics(storage))
    assert told['paperwire_source_last_success_timestamp_seconds{source="rss"}'] == (NOW - HOUR).timestamp()
    assert 'paperwire_source_last_success_timestamp_seconds{source="arxiv"}' not in told
    assert (told['paperwire_feeds{source="rss"}'], told['paperwire_failing_feeds{source="rss"}']) == (4, 2)
    assert told['paperwire_failing_feeds{source="arxiv"}'] == 0


def test_a_feed_that_nobody_wants_any_more_does_not_count(storage: Storage) -> None:
    with storage.write():
        storage.feeds.want(Source.RSS, "https://a.test/", "f", now=NOW, interval_s=60, trusted=True)
        storage.feeds.configure([], NOW)
    assert not [name for name in figures(metrics(storage)) if "feeds" in name]


def test_labels_are_names_of_ours_and_never_a_chats(storage: Storage) -> None:
    ada = subscribe(storage, "nets", "-1001234567890")
    key = linked_paper(storage)
    with storage.write():
        storage.chats.meet(ada.address, NOW, title="Secret Society")
        storage.feeds.want(Source.RSS, "https://private.test/?key=x", "Hush", now=NOW, interval_s=60, trusted=False)
        storage.outbox.queue([tell(ada, key)], NOW)
        storage.inbox.take("telegram", [Arrival("987654", '{"text": "hush"}')], NOW)
    page = metrics(storage, telegram="a trouble of Ada's").page().decode()
    assert set(re.findall(r'(\w+)="', page)) == {"outcome", "platform", "source", "version"}
    for secret in ("1001234567890", "Secret", "private", "Hush", "hush", "987654", "Ada", "nets", "2603"):
        assert secret not in page


def test_no_query_of_a_scrape_reads_all_papers(storage: Storage) -> None:
    asked: list[str] = []
    storage.database._connection.set_trace_callback(asked.append)
    metrics(storage, telegram="").page()
    storage.database._connection.set_trace_callback(None)
    assert asked
    plans = [row[-1] for sql in asked for row in storage.database.rows(f"EXPLAIN QUERY PLAN {sql}")]
    assert not [plan for plan in plans if re.search(r"\b(papers|alerts|evidence|entries|star_samples)\b", plan)]
    assert not [plan for plan in plans if re.search(r"SCAN (deliveries|inbox)(?! USING.* INDEX)", plan)]
