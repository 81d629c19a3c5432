"""A real `run` with its web door: what a platform's router, prober and scraper meet."""

import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import App
from bot.config import load
from tests.clock import PATIENCE_S
from tests.small_world import OFFLINE, House, Town, small_world
from tests.telegram.channel import free_port
from tests.telegram.fake_api import TOKEN, FakeTelegram

ADA = 7
TITLE = "Ada Lovelace of the tests"


@pytest.fixture
def town() -> Iterator[Town]:
    with small_world() as world:
        yield world


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(local=True) as platform:
        yield platform.person(ADA, TITLE)


@pytest.fixture
def door() -> str:
    return f"http://127.0.0.1:{free_port()}"


def settings(telegram: FakeTelegram, door: str) -> dict[str, str]:
    port = door.rpartition(":")[2]
    return {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url, "PORT": port}


def fetched(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_question_is_brought_and_answered_and_the_door_tells_no_secret(
    tmp_path: Path, town: Town, telegram: FakeTelegram, door: str
) -> None:
    house = House(tmp_path, town.settings() | settings(telegram, door) | {"PAPERWIRE_PUBLIC_URL": door}).settle()
    telegram.says(ADA, "/subscribe hives")
    telegram.says(ADA, "/code bert")
    with house.start("run") as process:
        assert telegram.wait(lambda: len(telegram.sent) >= 2), process.said()
        process.wait_for("arxiv: ")
        assert fetched(f"{door}/healthz") == (200, '{"status": "well"}')
        status, page = fetched(f"{door}/metrics")
        assert process.end(signal.SIGTERM)[0] == 0, process.said()
    assert status == 200
    assert 'paperwire_answer_seconds_count{platform="telegram"} 2.0' in page
    assert 'paperwire_channel_well{platform="telegram"} 1.0' in page
    assert 'paperwire_oldest_due_delivery_age_seconds{platform="telegram"} 0.0' in page
    assert "paperwire_subscriptions 1.0" in page
    assert 'paperwire_source_last_success_timestamp_seconds{source="arxiv"}' in page
    secrets = (TOKEN, telegram.webhook.secret, telegram.webhook.url, TITLE, "Ada", "hives", "Hives", str(tmp_path))
    assert [secret for secret in secrets if secret in page] == []
    assert telegram.webhook.secret not in process.said()
    assert telegram.count("getUpdates") == 0


def test_what_no_restart_can_mend_is_no_reason_for_one(tmp_path: Path, telegram: FakeTelegram, door: str) -> None:
    """Every source fails, and the token is refused."""
    telegram.revoked = True
    house = House(tmp_path, OFFLINE | settings(telegram, door)).settle()
    with house.start("run") as process:
        process.wait_for("refuses the token")
        process.wait_for("arxiv: 2 failed")
        assert fetched(f"{door}/healthz")[0] == 200
        page = fetched(f"{door}/metrics")[1]
        assert process.end(signal.SIGTERM)[0] == 0
    assert 'paperwire_failing_feeds{source="arxiv"} 1.0' in page
    assert 'paperwire_channel_well{platform="telegram"} 0.0' in page
    assert 'last_success_timestamp_seconds{source="arxiv"}' not in page


def test_without_a_public_address_updates_are_polled_beside_the_door(
    tmp_path: Path, telegram: FakeTelegram, door: str
) -> None:
    telegram.says(ADA, "/help")
    with House(tmp_path, OFFLINE | settings(telegram, door)).settle().start("run") as process:
        assert telegram.wait(lambda: bool(telegram.sent)), process.said()
        assert fetched(f"{door}/healthz")[0] == 200
        process.end(signal.SIGTERM)
    assert telegram.count("setWebhook") == 0


def test_a_port_that_is_taken_ends_the_start_in_one_line_and_nothing_has_begun(
    tmp_path: Path, telegram: FakeTelegram
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        house = House(tmp_path, OFFLINE | settings(telegram, f"http://127.0.0.1:{port}"))
        with house.start("run") as process:
            assert process.popen.wait(PATIENCE_S) == 1
    (line,) = process.said().splitlines()
    assert line.startswith(f"PORT={port} can't be opened on 127.0.0.1: another program has this port")
    assert telegram.calls == []


def test_a_public_address_without_a_port_is_a_wrong_setting(tmp_path: Path) -> None:
    house = House(tmp_path, OFFLINE | {"PAPERWIRE_PUBLIC_URL": "https://wire.example.org"})
    with house.start("run") as process:
        assert process.popen.wait(PATIENCE_S) == 2
    (line,) = process.said().splitlines()
    assert "PORT isn't" in line
    assert house.call("ask", "/help").exit_code == 0


def test_whether_the_database_can_be_written_is_proved_by_writing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with App(load({**OFFLINE, "PAPERWIRE_DATA": str(tmp_path)}, env_file=None)) as app:
        assert app.prove_writing() == ""
        app.storage.database._writer.execute("PRAGMA query_only = 1")
        assert app.prove_writing() == "no space, or no right to write"
    assert str(tmp_path) in caplog.text
