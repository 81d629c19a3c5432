"""Conversations in Slack as transcripts: each slack/*.txt is played over a real socket, and must come out as it stands.

> Ada types /code bert        a slash command in #papers; "Ada: words" is a direct message
> Ada presses Save            a button of the newest message, or Home, that has one with these words in its label
> Ada points at: words        the shortcut "Find code for this paper" on a message with these words
> Ada begins                  the shortcut "New subscription"
> Ada writes: words           into its form
> Ada sends: words → #papers, daily       sends it; without "→ #papers" it is for her alone
> Ada opens Home
> Ada reacts +1               to the newest message in #papers
> Bob removes paperwire       from #papers; or "invites"
> poll                        the sources are looked at, and what is due is sent
@ the time, from here on
@ two years of papers       are there, from here on: 50 a month and more, ten of them with code
@ plain                     from here on the workspace takes none of Slack's newer kinds of blocks

Below it stands what came: where, its blocks, its buttons in [ ], a menu as ⋯ with what is in it; a card has a frame.

    python -m tests.journeys.test_slack      # plays all and writes down what came out; read the difference!
"""

import asyncio
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, chdir
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from bot.app import App
from bot.config import load
from bot.domain.trends import Month
from tests.journeys.slack_blocks import WIDTH, lines_of, wrapped
from tests.journeys.test_journeys import steady
from tests.planted import plant
from tests.slack.fake_api import APP_TOKEN, BOT_TOKEN, CHANNEL, DIRECT, PERSON, FakeSlack
from tests.slack.pressable import Pressable, pressable
from tests.small_world import FOR, HIVES, PLAIN, House, Told, small_world

HERE: Final = Path(__file__).parent / "slack"
JOURNEYS: Final = sorted(HERE.glob("*.txt"))
_DOES: Final = re.compile(
    r"(?:Ada|Bob)(?: (types|presses|points at:|begins|writes:|sends:|opens Home|reacts|removes|invites)|:) ?(.*)"
)
_SILENT: Final = ("reacts", "removes")
_SENT: Final = re.compile(r"(.+?)(?: → (#papers))?(?:, (at once|hourly|daily|weekly))?")
_LATER: Final = Told("2603.00002", "A Paper without Code", "ada/late", kind="replace", version=2)
_DAYS: Final = {5: (HIVES, PLAIN, FOR), 6: (_LATER,)}


class Player:
    """Plays one transcript: a house of its own in a workspace where Ada is."""

    def __init__(self, folder: Path, stack: ExitStack, slack: FakeSlack) -> None:
        self.slack = slack
        self.slack.people[PERSON] = {"tz": "Europe/Berlin"}
        self.town = stack.enter_context(small_world())
        self.now = "2026-03-05T05:30:00Z"
        talking = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": slack.url}
        house = House(folder, {**self.town.settings(), **talking, "PAPERWIRE_ALLOW_PRIVATE_FEEDS": "1"})
        house.settle("--now", self.now)
        given = {name: value for name, value in house.env.items() if value is not None}
        self.app = stack.enter_context(App(load(given, env_file=None), clock=lambda: datetime.fromisoformat(self.now)))
        self.channels: dict[str, Any] = dict(self.app.open_channels())
        self._newest: list[dict[str, Any]] = []  # what can be pressed: the newest payloads, the last one first
        self._turn(date(2026, 3, 5))

    async def play(self, line: str) -> list[str]:
        """What is seen after this line."""
        if line == "@ plain":
            self.slack.takes = frozenset()
            return []
        if line == "@ two years of papers":
            for back in range(24):
                month = Month.at(datetime.fromisoformat(self.now)) + (-1 - back)
                plant(self.app.storage, month, 80 - back, official=7, community=3, field=("cs.CV", "cs.LG")[back % 2])
            return []
        if line.startswith("@ "):
            self.now = line[2:]
            self._turn(date.fromisoformat(line[2:12]))
            return []
        before = self._state()
        await self._do(line[2:])
        return [shown for where, payload in self._news(before) for shown in _screen(where, payload)]

    async def _do(self, what: str) -> None:
        if what == "poll":
            await asyncio.to_thread(self.app.poll_all)
            await asyncio.to_thread(self.app.compose)
            await self.app.deliver(self.channels)
            return
        does = _DOES.fullmatch(what)
        assert does, f"nobody can do this: {what}"
        before = self._state()
        envelope = await self._act(does[1] or "says", does[2])
        await self.slack.until(lambda: envelope in self.slack.acks)
        if does[1] not in _SILENT and self.slack.replies[envelope].get("response_action") != "errors":
            await self.slack.until(lambda: self._state() != before)
        inbox = self.app.answers.inbox("slack")
        await self.slack.until(lambda: not inbox.waiting())
        for wrong in self.slack.replies[envelope].get("errors", {}).items():
            self._newest.insert(0, {"type": "errors", "blocks": [], "text": ": ".join(wrong)})

    async def _act(self, how: str, words: str) -> str:
        slack = self.slack
        form = next(reversed(slack.views.modals), "")
        match how:
            case "types":
                command, _, text = words.partition(" ")
                return await slack.command(text, command=command)
            case "presses":
                return await self._press(words)
            case "points at:":
                return await slack.message_shortcut("find_code", words)
            case "begins":
                return await slack.shortcut("new_subscription")
            case "writes:":
                typed = {"type": "plain_text_input", "block_id": "query", "action_id": "query", "value": words}
                return await slack.act(form, typed)
            case "sends:":
                return await slack.submit(form, _filled(words))
            case "opens Home":
                return await slack.open_home()
            case "says":
                return await slack.direct(words)
        return await self._beside(how, words)

    async def _beside(self, how: str, words: str) -> str:
        """What happens in #papers beside what is asked."""
        if how == "reacts":
            newest = next(post for post in reversed(self.slack.posts) if post["channel"] == CHANNEL)
            return await self.slack.react(words, newest["ts"])
        return await (self.slack.kick(CHANNEL) if how == "removes" else self.slack.invite(CHANNEL))

    async def _press(self, label: str) -> str:
        for payload in self._newest:
            for name, one in pressable(payload).items():
                if label in name:
                    return await self._pressed(payload, one)
        raise AssertionError(f"no button says {label}")

    async def _pressed(self, payload: dict[str, Any], one: Pressable) -> str:
        if payload.get("type") == "home":
            return await self.slack.press_at_home(one.value, **one.how)
        if "ts" in payload:
            place = {"message_ts": payload["ts"], "channel": payload["channel"]}
            return await self.slack.press(one.value, **one.how, **place)
        return await self.slack.press(one.value, **one.how, is_ephemeral=True)

    def _state(self) -> tuple[dict[str, str], int]:
        """All that can be seen, as it is, and how much was whispered."""
        slack = self.slack
        posts = {f"post {post['ts']}": str(post) for post in slack.posts}
        homes = {f"home {slack.views.published}": str(view) for view in slack.views.homes.values()}
        return posts | homes | {name: str(view) for name, view in slack.views.modals.items()}, len(slack.whispers)

    def _news(self, before: tuple[dict[str, str], int]) -> Iterator[tuple[str, dict[str, Any]]]:
        known, whispers = before
        slack, now = self.slack, self._state()[0]
        changed = {name for name, seen in now.items() if known.get(name) != seen}
        for whisper in slack.whispers[whispers:]:
            yield _whispered(whisper), self._noted(whisper)
        for post in slack.posts:
            if (name := f"post {post['ts']}") in changed:
                where = "to Ada" if post["channel"] == DIRECT else "in #papers"
                thread = ", in a thread" if post.get("thread_ts") else ""
                yield f"{where}{thread}{', in place' if name in known else ''}", self._noted(post)
        for name, view in slack.views.modals.items():
            if name in changed:
                yield "form", self._noted(view)
        if f"home {slack.views.published}" in changed:
            yield "Home", self._noted(slack.views.homes[PERSON])
        if self._newest and self._newest[0].get("type") == "errors":
            yield "form, still open", self._newest.pop(0)

    def _noted(self, payload: dict[str, Any]) -> dict[str, Any]:
        self._newest.insert(0, payload)
        return payload

    def _turn(self, day: date) -> None:
        self.town.announce(*_DAYS.get(day.day, ()), day=day)


def _filled(words: str) -> dict[str, Any]:
    sent = _SENT.fullmatch(words)
    assert sent
    channel = CHANNEL if sent[2] else None
    option = {"text": {"type": "plain_text", "text": "…"}, "value": sent[3] or "at once"}
    return {
        "query": {"query": {"type": "plain_text_input", "value": sent[1]}},
        "where": {"where": {"type": "conversations_select", "selected_conversation": channel}},
        "rhythm": {"rhythm": {"type": "static_select", "selected_option": option}},
        "quiet": {"quiet": {"type": "static_select", "selected_option": None}},
    }


def _whispered(whisper: dict[str, Any]) -> str:
    if whisper.get("delete_original"):
        return "gone, what Ada alone saw"
    if whisper["response_type"] == "in_channel":
        return "in #papers, for all"
    return f"only Ada sees{', in place' if whisper['replace_original'] else ''}"


def _screen(where: str, payload: dict[str, Any]) -> Iterator[str]:
    """What was shown, as lines of so many characters."""
    yield f"  ── {where} ".ljust(WIDTH, "─")
    blocks = payload.get("blocks") or ()
    for block in blocks:
        yield from (f"  {line}" for line in lines_of(block))
    if not blocks and payload.get("text"):
        yield from (f"  {line}" for line in wrapped(payload["text"]))


async def _played(lines: list[str], folder: Path) -> list[str]:
    told = list[str]()
    async with FakeSlack(redeliver_s=10) as slack:
        with ExitStack() as stack:
            player = Player(folder, stack, slack)
            channel = player.channels["slack"]
            await channel.start()
            try:
                for line in lines:
                    if line[:2] in ("> ", "@ ") or line.startswith("#"):
                        told += ["", line] if line.startswith(">") else [line]
                        told += [] if line.startswith("#") else [part.rstrip() for part in await player.play(line)]
            finally:
                await channel.stop()
    return told


def played(path: Path, folder: Path) -> list[str]:
    """The transcript as it comes out now, line by line."""
    return asyncio.run(_played(path.read_text(encoding="utf-8").splitlines(), folder))


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK takes any proxy from the environment, for loopback too."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("path", JOURNEYS, ids=lambda path: path.stem)
def test_a_conversation_in_slack_goes_as_it_is_written(path: Path, tmp_path: Path) -> None:
    assert steady(played(path, tmp_path)) == steady(path.read_text(encoding="utf-8").splitlines())


def _write() -> None:
    for path in JOURNEYS:
        with tempfile.TemporaryDirectory() as folder, chdir(folder):
            lines = played(path, Path(folder))
        if steady(lines) != steady(path.read_text(encoding="utf-8").splitlines()):
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write()
