"""The logs: a line stays a line, and no secret gets through, wherever in a record it stands."""

import json
import logging
import re
from collections.abc import Iterator

import pytest

from bot import logs

SECRET = "words:that/nobody may see"
TOKENS = [
    "123456789:Qz9defghijklmnopqrstuvwxyz012345",
    "https://api.telegram.org/bot12:Qz9_-/sendMessage",
    "https://api.telegram.org/bot12%3AQz9_-/sendMessage",
    "xoxb-12-Qz9",
    "xoxp-12-Qz9",
    "xapp-1-Qz9",
    "ghp_abcQz9",
    "github_pat_11A_Qz9",
    "hf_abcdefghQz9",
    "Authorization: Bearer abc.Qz9+/=",
    "https://somebody:Qz9@example.org/",
]
log = logging.getLogger("bot.sources.arxiv")


@pytest.fixture(autouse=True)
def _root_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def set_up(*, json: bool = False, level: str = "INFO") -> None:
    """As in the program, where the test runner's handlers aren't there: they would raise on wrong arguments."""
    logging.getLogger().handlers.clear()
    logs.set_up(level, json=json, secrets=["", "a", SECRET])


def fail(words: str) -> None:
    raise ValueError(words)


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
@pytest.mark.parametrize("secret", [SECRET, "words%3Athat%2Fnobody%20may%20see"], ids=["plain", "in an address"])
def test_a_known_secret_is_hidden_in_message_arguments_and_traceback(
    capsys: pytest.CaptureFixture[str], secret: str, as_json: bool
) -> None:
    set_up(json=as_json)
    log.info(secret)
    log.info("arguments %s %r", secret, {"key": secret})
    log.info("wrong arguments %d", secret)
    try:
        fail(secret)
    except ValueError:
        log.exception("traceback", stack_info=True)
    shown = capsys.readouterr().err
    assert shown.count(logs.HIDDEN) >= 5
    assert not re.search("nobody|see", shown)


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
@pytest.mark.parametrize("token", TOKENS)
def test_whatever_looks_like_a_token_is_hidden(capsys: pytest.CaptureFixture[str], token: str, as_json: bool) -> None:
    set_up(json=as_json)
    log.info("calling %s now", token)
    shown = capsys.readouterr().err
    assert "***" in shown
    assert "Qz9" not in shown
    assert "now" in shown


@pytest.mark.parametrize(
    "words", ["hf_token and hf_hub_url", "the bearer of news", "12:30: a talk", "a", "me@example.org"]
)
def test_what_only_resembles_a_token_stays(capsys: pytest.CaptureFixture[str], words: str) -> None:
    set_up()
    log.info(words)
    assert capsys.readouterr().err.endswith(f" {words}\n")


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
@pytest.mark.parametrize("break_", ["\n", "\r", "\x1b[2K", "\x85", "\u2028", "\u202e", "\x00", "\ud800"], ids=ascii)
def test_a_hostile_title_forges_no_line(capsys: pytest.CaptureFixture[str], break_: str, as_json: bool) -> None:
    set_up(json=as_json)
    log.info("new: %s", f"A title{break_}12:00:00 arxiv  all is well")
    shown = capsys.readouterr().err
    assert len(shown.splitlines()) == 1
    assert break_ not in shown.removesuffix("\n")


def test_a_traceback_is_indented_so_that_it_forges_no_line_either(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    try:
        fail("broken\n12:00:00 arxiv  all is well")
    except ValueError:
        log.exception("oh")
    first, *rest = capsys.readouterr().err.splitlines()
    assert first.endswith(" ERROR arxiv: oh")
    assert all(line.startswith("    ") for line in rest)
    assert "ValueError: broken" in rest[-2]


def test_json_is_one_object_a_line_with_the_traceback_in_a_field(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(json=True)
    log.warning("cs.LG: %d entries", 241)
    try:
        fail("broken")
    except ValueError:
        log.exception("oh")
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first.pop("time"))
    assert first == {"level": "WARNING", "name": "bot.sources.arxiv", "message": "cs.LG: 241 entries"}
    assert second["traceback"].endswith("ValueError: broken")


def test_a_terminal_gets_the_short_form(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    set_up()
    log.info("cs.LG: 241 entries, 12 new")
    log.warning("slow")
    first, second = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d arxiv  cs\.LG: 241 entries, 12 new", first)
    assert second.endswith(" arxiv  WARNING: slow")


def test_the_level_is_kept_and_chatty_libraries_are_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(level="DEBUG")
    for name in (
        "httpx",
        "httpcore.http11",
        "urllib3.connectionpool",
        "slack_bolt.App",
        "slack_sdk.web",
        "apscheduler",
    ):
        logging.getLogger(name).info("chatter")
    log.debug("detail")
    set_up(level="ERROR")
    log.warning("nothing much")
    assert [line.split()[-1] for line in capsys.readouterr().err.splitlines()] == ["detail"]


def test_setting_up_twice_logs_once(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    logs.set_up("INFO", json=False, secrets=[])
    log.info("once")
    assert capsys.readouterr().err.count("once") == 1
