"""The whole wire: a real `run`, its sources and both platforms on loopback; from a subscription to its alert."""

import asyncio
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clock import PATIENCE_S
from tests.slack.fake_api import APP_TOKEN, BOT_TOKEN, CHANNEL, FakeSlack
from tests.small_world import House, Town, small_world
from tests.telegram.fake_api import TOKEN, FakeTelegram

ADA = 7


@pytest.fixture
def town() -> Iterator[Town]:
    with small_world() as world:
        yield world


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as platform:
        platform.person(ADA, "Ada")
        yield platform


@pytest.fixture
def house(tmp_path: Path, town: Town, telegram: FakeTelegram) -> House:
    return House(tmp_path, town.settings() | {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url}).settle()


def heard(telegram: FakeTelegram, words: str) -> int:
    return sum(words in message.text for message in telegram.sent)


def test_a_question_in_telegram_is_answered_and_an_alert_arrives_once_across_a_kill(
    house: House, telegram: FakeTelegram
) -> None:
    telegram.says(ADA, "/code bert")
    telegram.says(ADA, "/subscribe hives")
    with house.start("run", ARXIV_RSS_URL="http://127.0.0.1:9") as process:
        assert telegram.wait(lambda: heard(telegram, "google-research/bert") == 1), process.said()
        assert telegram.wait(lambda: heard(telegram, "Subscribed (#1): hives") == 1), process.said()
        process.end(signal.SIGKILL)
    for _ in range(2):
        with house.start("run") as process:
            assert telegram.wait(lambda: heard(telegram, "Has code: Slow Bees, Fast Hives") == 1), process.said()
            process.wait_for("telegram is on")
            code, took = process.end(signal.SIGTERM)
        assert (code, took < 25) == (0, True), process.said()
    assert heard(telegram, "Has code") == 1


def test_what_a_poll_leaves_in_the_outbox_deliver_sends_and_only_once(house: House, telegram: FakeTelegram) -> None:
    telegram.says(ADA, "/subscribe hives")
    with house.start("run", ARXIV_RSS_URL="http://127.0.0.1:9") as process:
        assert telegram.wait(lambda: heard(telegram, "Subscribed") == 1), process.said()
        process.end(signal.SIGTERM)
    assert house.counts("arxiv")["arxiv"]["alerts"] == 1
    assert heard(telegram, "Has code") == 0
    now = ("--now", "2026-03-05T07:00:00Z")
    assert house.call(*now, "deliver").stdout == "1 sent, 0 later, 0 given up\n"
    assert house.call(*now, "deliver").stdout == "0 sent, 0 later, 0 given up\n"
    assert heard(telegram, "Has code: Slow Bees, Fast Hives") == 1


def test_a_refused_token_stops_that_channel_with_a_clear_line_and_nothing_else(
    house: House, telegram: FakeTelegram
) -> None:
    telegram.revoked = True
    with house.start("run") as process:
        said = process.wait_for("TELEGRAM_BOT_TOKEN")
        process.wait_for("arxiv: ")
        assert process.end(signal.SIGTERM)[0] == 0
    assert TOKEN not in process.said()
    assert "refuses the token" in said


def test_the_code_that_the_start_prints_makes_its_reader_the_owner_and_is_printed_no_more(
    house: House, telegram: FakeTelegram
) -> None:
    with house.start("run") as process:
        link = re.search(r"https://t\.me/\w+\?start=(\w+)", process.wait_for("start="))
        assert link
        telegram.says(ADA, f"/start {link[1]}")
        assert telegram.wait(lambda: heard(telegram, "You own this bot now") == 1), process.said()
        process.end(signal.SIGTERM)
    with house.start("run") as process:
        process.wait_for("telegram is on")
        process.end(signal.SIGTERM)
    assert "start=" not in process.said()


def test_slack_answers_and_is_told_of_code_beside_telegram(tmp_path: Path, town: Town, telegram: FakeTelegram) -> None:
    async def story() -> None:
        async with FakeSlack() as slack:
            tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": slack.url}
            both = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url, **tokens}
            house = House(tmp_path, town.settings() | both).settle()
            with house.start("run", ARXIV_RSS_URL="http://127.0.0.1:9") as process:
                await slack.until(lambda: slack.connections)
                await slack.command("subscribe hives")
                await slack.until(lambda: "Subscribed (#1)" in str(slack.whispers))
                await slack.mention("<@U0WIRE> code bert")
                await slack.until(lambda: "google-research/bert" in str(slack.posts))
                await asyncio.to_thread(process.end, signal.SIGTERM)
            counts = await asyncio.to_thread(house.counts, "arxiv")
            assert counts["arxiv"]["alerts"] == 1
            with house.start("deliver") as process:
                await slack.until(lambda: "Slow Bees" in str(slack.posts))
                await asyncio.to_thread(process.popen.wait, PATIENCE_S)
            assert "1 sent" in process.said()
            assert [post["channel"] for post in slack.posts if "Slow Bees" in str(post)] == [CHANNEL]

    asyncio.run(story())
