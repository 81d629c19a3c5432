"""The command line as scripts rely on it: its commands, exit codes, JSON, locks and words."""

import contextlib
import json
import os
import signal
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import click
import pytest

from bot.cli import main
from bot.locks import run_lock
from storage import FILE, Storage
from tests.builders import subscribe
from tests.small_world import NOW, House, Process, Told, Town, small_world
from tests.sources.server import Reply

COMMANDS = (
    "run",
    "chat",
    "ask",
    "poll",
    "deliver",
    "status",
    "config",
    "doctor",
    "backup",
    "restore",
    "import-archive",
    "review",
)
SOURCES = ("arxiv", "rss", "trending", "github", "huggingface")
LISTS = ("arxiv", "rss", "trending", "huggingface")
FIGURES = ["fetched", "new_papers", "updated_papers", "new_links", "alerts", "not_modified", "errors"]
ARGUMENTS = {
    "ask": ("/help",),
    "backup": ("copy.db",),
    "restore": (__file__,),
    "import-archive": (__file__,),
    "review": ("2025-12", "--out", "reviews"),
}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # no .env of the developer's is read


@pytest.fixture
def offline(tmp_path: Path) -> House:
    """A house without a network."""
    return House(tmp_path)


@pytest.fixture
def town() -> Iterator[Town]:
    with small_world() as running:
        yield running


@pytest.fixture
def house(tmp_path: Path, town: Town) -> House:
    """A house in a small world, with a console that wants to know of everything in cs.LG."""
    earlier = ("--now", "2026-03-05T05:00:00Z")
    made = House(tmp_path, town.settings()).settle(*earlier)
    made.call(*earlier, "ask", "/subscribe cat:cs.LG")
    return made


# Usage ----------------------------------------------------------------------------------------------------------------


def test_the_commands_are_these() -> None:
    assert isinstance(main, click.Group)
    assert set(COMMANDS) <= set(main.commands)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_helps(offline: House, command: str) -> None:
    result = offline.call(command, "--help")
    assert result.exit_code == 0
    assert f"main {command}" in result.output
    assert len(result.output.splitlines()) > 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Usage:"),
        (("nonsense",), "No such command 'nonsense'"),
        (("ask",), "Missing argument 'TEXT'"),
        (("backup",), "Missing argument 'FILE'"),
        (("restore", "nosuch.db"), "does not exist"),
        (("poll", "twitter"), "'twitter' is not one of 'arxiv', 'rss', 'trending', 'github', 'huggingface'"),
        (("--now", "yesterday", "status"), "Write it like 2026-03-05T06:00:00Z"),
        (("--now", "2026-13-05", "status"), "Write it like 2026-03-05T06:00:00Z"),
        ((*NOW, "run"), "`run` lives in the present"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_says_what_is_right_and_exits_with_2(offline: House, words: tuple[str, ...], said: str) -> None:
    result = offline.call(*words)
    assert result.exit_code == 2
    assert said in " ".join(result.output.replace("│", " ").split())
    assert not offline.data.exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_all_wrong_settings_are_told_at_once_by_every_command(offline: House, command: str) -> None:
    wrong = {"PAPERWIRE_ARXIV_INTERVAL": "soon", "PAPERWIRE_FEEDS": "nonsense", "SLACK_BOT_TOKEN": "xoxb-1"}
    result = offline.call(command, *ARGUMENTS.get(command, ()), **wrong)
    assert result.exit_code == 2
    for name in (*wrong, "SLACK_APP_TOKEN"):
        assert name in result.stderr
    assert "Traceback" not in result.output


def test_a_time_without_a_zone_is_utc(offline: House) -> None:
    offline.settle().call("--now", "2026-03-05T06:00:00", "poll", "huggingface")
    assert "tried 2 h ago" in offline.call("--now", "2026-03-05T08:00:00+00:00", "status").stdout


def test_the_version_is_told(offline: House) -> None:
    assert offline.call("--version").stdout.startswith("paperwire, version ")


# Poll -----------------------------------------------------------------------------------------------------------------


def test_poll_json_is_one_object_on_the_last_line_with_a_count_for_every_source(house: House) -> None:
    result = house.call(*NOW, "poll", "--json")
    assert result.exit_code == 0
    counts = json.loads(result.stdout.splitlines()[-1])
    assert tuple(counts) == SOURCES
    assert [list(count) for count in counts.values()] == [FIGURES] * 5
    assert counts["arxiv"] == dict.fromkeys(FIGURES, 0) | {
        "fetched": 2,
        "new_papers": 2,
        "new_links": 1,
        "alerts": 1,
        "errors": [],
    }
    assert [counts[name]["errors"] for name in SOURCES] == [[]] * 5


def test_a_second_poll_asks_on_condition_and_stores_nothing(house: House, town: Town) -> None:
    house.counts()
    house.counts("arxiv")  # the catalogue's papers are still being read
    town.server.asked.clear()
    counts = house.counts("arxiv", "rss", "trending", "huggingface")
    assert [sum(counts[name][figure] for figure in FIGURES[:5]) for name in LISTS] == [0] * 4
    assert [counts[name]["not_modified"] for name in LISTS] == [1, 1, 6, 1]
    lists = [asked for asked in town.server.asked if not asked.path.startswith("/github/api")]
    assert all(asked.headers["If-None-Match"] for asked in lists)


def test_a_poll_without_names_asks_only_what_is_due(house: House, town: Town) -> None:
    house.counts()
    town.server.asked.clear()
    told = house.call("--now", "2026-03-05T06:10:00Z", "poll").stdout
    assert all(f"{name:<12} nothing new" in told for name in LISTS)
    assert not any(path.startswith(("/arxiv/rss", "/blog", "/hf", "/github/trending")) for path in town.server.paths())


def test_a_named_source_is_polled_alone(house: House, town: Town) -> None:
    counts = house.counts("trending")
    assert counts["trending"]["fetched"] > 0
    assert not any(counts["arxiv"][name] for name in FIGURES)
    assert not any(path.startswith(("/arxiv", "/blog", "/hf")) for path in town.server.paths())


@pytest.mark.parametrize(
    "fault",
    [
        Reply(503, "busy"),
        Reply(404, "gone"),
        Reply(body="<rss", type="text/xml"),
        Reply(body="x" * 99, manner="truncate"),
    ],
    ids=["503", "404", "garbage", "truncated"],
)
def test_a_failing_source_is_told_and_leaves_the_others_whole(house: House, town: Town, fault: Reply) -> None:
    town.server.route("/arxiv/rss/cs.LG", fault)
    counts = house.counts()
    assert len(counts["arxiv"]["errors"]) == 1
    assert counts["arxiv"]["errors"][0].startswith("cs.LG: ")
    assert [counts[name]["errors"] for name in SOURCES[1:]] == [[]] * 4
    assert counts["trending"]["fetched"] > 0


def test_only_when_everything_asked_for_fails_the_exit_code_is_1(house: House, town: Town) -> None:
    town.server.route("/arxiv/rss/cs.LG", Reply(503))
    assert house.call(*NOW, "poll", "arxiv", "trending").exit_code == 0
    assert house.call(*NOW, "poll", "arxiv").exit_code == 1


def test_a_repository_that_is_not_there_is_no_error(house: House, town: Town) -> None:
    town.server.route("/github/api/repos/ada/hives", Reply(404))
    assert house.counts()["github"]["errors"] == []


def test_a_weekend_poll_explains_itself(house: House) -> None:
    house.call("--now", "2026-03-06T06:00:00Z", "poll", "arxiv")
    result = house.call("--now", "2026-03-07T06:00:00Z", "poll", "arxiv")
    assert "(no announcement today: weekend)" in result.stdout
    result = house.call("--now", "2026-11-27T12:00:00Z", "poll", "arxiv")
    assert "(no announcement today: US holiday (Thanksgiving))" in result.stdout


# The console's alerts -------------------------------------------------------------------------------------------------


def test_poll_prints_the_consoles_alerts(house: House) -> None:
    assert "Has code: Slow Bees, Fast Hives" in house.call(*NOW, "poll").stdout


def test_after_poll_json_the_alerts_wait_for_the_next_chat_and_come_once(house: House) -> None:
    assert "Has code" not in house.call(*NOW, "poll", "--json").stdout
    later = ("--now", "2026-03-05T07:00:00Z")
    assert "Has code: Slow Bees, Fast Hives" in house.call(*later, "chat").stdout
    assert "Has code" not in house.call(*later, "chat").stdout


def test_of_many_alerts_at_once_four_come_apart_and_the_rest_in_one_message(house: House, town: Town) -> None:
    town.announce(*(Told(f"2603.{n:05}", f"Hive Number {n}", f"ada/hive{n}") for n in range(1, 61)))
    assert house.counts()["arxiv"]["alerts"] == 60
    shown = house.call("--now", "2026-03-05T07:00:00Z", "chat").stdout
    assert shown.count("Has code: ") == 4
    assert "56 papers with code" in shown
    assert "and 46 more: /why m" in shown


def test_chat_answers_each_line_of_a_pipe_and_ends_with_it(house: House) -> None:
    result = house.call(*NOW, "chat", type_in="/code bert\n\nstatus\n/subscriptions\n")
    assert result.exit_code == 0
    assert "BERT: Pre-training" in result.stdout
    assert "cat:cs.LG" in result.stdout


def test_chat_leaves_at_quit_and_answers_nothing_after_it(house: House) -> None:
    result = house.call(*NOW, "chat", type_in="quit\n/code bert\n")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "BERT" not in result.stdout


def test_ask_prints_the_answer_as_plain_text(offline: House) -> None:
    result = offline.call("ask", "/code bert")
    assert result.exit_code == 0
    assert "github.com/google-research/bert" in result.stdout
    assert "\x1b" not in result.stdout


# Status, config, doctor, deliver --------------------------------------------------------------------------------------


def test_status_says_which_source_failed_why_and_when_it_is_tried_again(offline: House) -> None:
    offline.settle().call(*NOW, "poll")
    told = " ".join(offline.call("--now", "2026-03-05T06:05:00Z", "status").stdout.split())
    for feed in ("arXiv cs.LG", "Feeds 127.0.0.1:9/feed", "GitHub trending daily", "Hugging Face daily papers"):
        assert f"{feed}: connection refused — tried 5 min ago, next try in " in told


def test_status_json_is_one_object(house: House) -> None:
    house.counts()
    told = json.loads(house.call(*NOW, "status", "--json").stdout)
    assert [source["source"] for source in told["sources"]] == list(SOURCES)
    assert told["papers"] > 300


def test_config_tells_every_value_and_its_origin_and_no_secret(offline: House) -> None:
    Path(".env").write_text("PAPERWIRE_LOG_LEVEL=WARNING\n")
    shown = offline.call("config", GITHUB_TOKEN="ghp_averysecrettoken").stdout
    lines = {line.split()[0]: line for line in shown.splitlines()}
    assert lines["PAPERWIRE_LOG_LEVEL"].endswith("WARNING  (.env)")
    assert lines["PAPERWIRE_ARXIV_INTERVAL"].endswith("0  (environment)")
    assert lines["PAPERWIRE_LOG_FORMAT"].endswith("text  (default)")
    assert lines["GITHUB_TOKEN"].endswith("set  (environment)")
    assert "averysecret" not in shown


def test_doctor_finds_a_healthy_house_healthy(house: House) -> None:
    result = house.call("doctor")
    assert result.exit_code == 0, result.stdout
    for what in ("settings", "database", "disk", "clock", "SQLite", *SOURCES):
        assert f"ok    {what}" in result.stdout


def test_doctor_names_each_fault_and_its_mend_and_exits_with_1(offline: House) -> None:
    result = offline.settle().call("doctor")
    assert result.exit_code == 1
    assert result.stdout.count("FAIL") == 5
    assert "connection refused. Check the network, a proxy, or the address in the settings." in result.stdout


class _LongAgo(BaseHTTPRequestHandler):
    """A server whose clock stands years behind ours."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def date_time_string(self, timestamp: float | None = None) -> str:
        return "Thu, 05 Mar 2020 06:00:00 GMT"

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


def test_doctor_sees_a_clock_that_is_wrong(offline: House) -> None:
    with HTTPServer(("127.0.0.1", 0), _LongAgo) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        result = offline.settle().call("doctor", HUGGINGFACE_URL=f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    assert result.exit_code == 1
    assert "FAIL  clock: " in result.stdout
    assert "s ahead of the sources'. Set it (NTP)" in result.stdout


def test_deliver_without_a_channel_says_how_to_set_one(offline: House) -> None:
    result = offline.settle().call("deliver")
    assert result.exit_code == 0
    assert "TELEGRAM_BOT_TOKEN" in result.stderr


# Data: backup, restore, and files that are not as they should be ------------------------------------------------------


def test_a_backup_restored_elsewhere_answers_as_before(house: House, tmp_path: Path) -> None:
    house.counts()
    assert house.call("backup", "copy.db").exit_code == 0
    other = House(tmp_path / "other")
    result = other.call("restore", "copy.db")
    assert (result.exit_code, "The database before" in result.stdout) == (0, False)
    assert "ada/hives" in other.call("ask", "/code slow bees fast hives").stdout
    assert "cat:cs.LG" in other.call("ask", "/subscriptions").stdout


def test_a_restore_keeps_the_database_that_was_there(house: House) -> None:
    house.call("backup", "copy.db")
    result = house.call("restore", "copy.db")
    assert result.exit_code == 0
    kept = Path(result.stdout.split("The database before is ")[1].strip().rstrip("."))
    assert kept.is_file()
    assert house.call("ask", "/subscriptions").exit_code == 0


@pytest.mark.parametrize("content", [b"", b"Not a database, but long enough to be one. " * 50], ids=["empty", "text"])
def test_what_is_no_backup_is_not_restored(house: House, content: bytes) -> None:
    Path("copy.db").write_bytes(content)
    result = house.call("restore", "copy.db")
    assert result.exit_code == 1
    assert "copy.db" in result.stderr
    assert "cat:cs.LG" in house.call("ask", "/subscriptions").stdout


@pytest.mark.parametrize("command", ["ask", "poll", "status", "doctor", "backup", "deliver", "chat", "run"])
def test_a_newer_database_is_refused_with_what_to_do(offline: House, command: str) -> None:
    offline.settle()
    with contextlib.closing(sqlite3.connect(_database(offline))) as database:
        database.execute("PRAGMA user_version = 999")
    result = offline.call(command, *ARGUMENTS.get(command, ()))
    assert result.exit_code == 1
    assert "was written by a newer paperwire" in result.stderr
    assert "Update paperwire" in result.stderr


@pytest.mark.parametrize("command", ["ask", "poll", "status", "doctor", "run"])
def test_a_damaged_database_is_told_with_what_to_do(offline: House, command: str) -> None:
    offline.data.mkdir()
    _database(offline).write_bytes(b"This was a database once. " * 400)
    result = offline.call(command, *ARGUMENTS.get(command, ()))
    assert result.exit_code == 1
    assert "is damaged" in result.stderr
    assert "paperwire restore FILE" in result.stderr


@pytest.mark.parametrize("command", ["ask", "run", "chat", "restore"])
def test_a_folder_that_cannot_be_written_is_told(offline: House, command: str) -> None:
    with _no_superuser(), tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path(folder).chmod(0o555)
        file = Path("/etc/hostname") if command == "restore" else None
        words = (str(file),) if file else ARGUMENTS.get(command, ())
        result = offline.call(command, *words, PAPERWIRE_DATA=f"{folder}/data")
    assert result.exit_code == 1
    assert "can't be written: Permission denied" in result.stderr
    assert "PAPERWIRE_DATA" in result.stderr


def test_a_file_where_the_folder_should_be_is_told(offline: House) -> None:
    offline.data.write_text("a file")
    result = offline.call("ask", "/help")
    assert result.exit_code == 1
    assert "is not a folder" in result.stderr


def _database(house: House) -> Path:
    return house.data / "paperwire.db"


@contextlib.contextmanager
def _no_superuser() -> Iterator[None]:
    """Rights count for nothing to root: be nobody for a moment."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)
        os.chdir("/")


# One run per data folder ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Process]]:
    """A service without network, terminal and channel."""
    house = House(tmp_path_factory.mktemp("service")).settle()
    with house.start("run") as process:
        process.wait_for("I poll, and deliver to nobody until a token is set")
        yield house, process


@pytest.mark.parametrize("command", ["run", "chat", "restore"])
def test_what_wants_the_folder_for_itself_is_refused_while_it_runs(
    running: tuple[House, Process], command: str
) -> None:
    result = running[0].call(command, *ARGUMENTS.get(command, ()))
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Another paperwire runs on {running[0].data}. Stop it first")


@pytest.mark.parametrize("command", ["ask", "poll", "deliver", "status", "config", "doctor", "backup"])
def test_the_other_commands_work_beside_it(running: tuple[House, Process], command: str) -> None:
    result = running[0].call(command, *ARGUMENTS.get(command, ()))
    assert "Another paperwire" not in result.output
    without_network = {"poll": (0, 1), "doctor": (1,)}  # because: what is due depends on what `run` has done
    assert result.exit_code in without_network.get(command, (0,))


def test_without_network_it_runs_and_its_status_says_what_failed(running: tuple[House, Process]) -> None:
    running[1].wait_for("connection refused")
    told = " ".join(running[0].call("status").stdout.split())
    assert "arXiv cs.LG: connection refused — tried " in told
    assert "official" in running[0].call("ask", "/code bert").stdout


def test_sigterm_ends_it_soon_and_in_order(tmp_path: Path, town: Town) -> None:
    town.server.route("/arxiv/rss/cs.LG", Reply(manner="hang"))
    town.server.route("/hf/api/daily_papers", Reply(manner="hang"))
    with House(tmp_path, town.settings()).settle().start("run") as process:
        process.wait_for("trending: ")
        code, seconds = process.end(signal.SIGTERM)
    assert (code, seconds < 25) == (0, True)
    assert "Traceback" not in process.said()


def test_a_service_that_is_closed_pauses_the_chats_that_are_not_let_in_and_wakes_them_when_it_opens(
    tmp_path: Path,
) -> None:
    house = House(tmp_path).settle()
    with Storage(house.data / FILE) as storage:
        subscribe(storage, "nets", "7")
    for access, count in (("allow-list", 1), ("open", 0)):
        with house.start("run", PAPERWIRE_ACCESS=access) as process:
            process.wait_for("who is let in has changed: 1 chats")
            process.end(signal.SIGTERM)
        assert house.call("status").stdout.count("not let in by the owner") == count


def test_kill_9_frees_the_folder(tmp_path: Path) -> None:
    house = House(tmp_path).settle()
    with house.start("run") as process:
        process.wait_for("deliver to nobody")
        with pytest.raises(Exception, match="Another paperwire"), run_lock(house.data):
            pass
        process.end(signal.SIGKILL)
    with run_lock(house.data):
        assert house.call("status").exit_code == 0


def test_ctrl_c_in_a_long_poll_ends_it_with_a_word(tmp_path: Path, town: Town) -> None:
    town.server.route("/hf/api/daily_papers", Reply(manner="hang"))
    with House(tmp_path, town.settings()).settle().start("poll", "huggingface", "trending") as process:
        while "/hf/api/daily_papers" not in town.server.paths():
            assert process.popen.poll() is None
            time.sleep(0.01)
        code, seconds = process.end(signal.SIGINT)
    assert code == 1
    assert seconds < 25
    assert "Nothing is half done" in process.said()
