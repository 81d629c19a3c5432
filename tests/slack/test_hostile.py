"""Whatever strangers write, in blocks old and new: Slack takes it, it rings nobody, and formats nothing."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.web.async_client import AsyncWebClient

from handlers.messages import (
    Bullets,
    Button,
    Buttons,
    Chart,
    Facts,
    Heading,
    Line,
    Link,
    Maths,
    Message,
    Part,
    Quiet,
    Span,
    Strong,
    Table,
    Text,
    Typed,
)
from handlers.plots import Bar, Plot, Series, Unit
from handlers.slack.kinds import NONE, Taken
from handlers.slack.newer import CARD, TABLE
from handlers.slack.showing import as_shown
from tests.slack import limits
from tests.slack.fake_api import BOT_TOKEN, CHANNEL, FakeSlack
from tests.slack.newer_limits import NEWER
from tests.slack.test_newer import ALL, BERT, CODE, LEAD, OTHER, PAPER, months

NASTY = (
    "<!channel> <!here|x> <!everyone> <@U123> <#C1> <!subteam^S1|@team>",
    "@channel @here @everyone",
    "*bold* _it_ ~gone~ `code` ```block```",
    "> a quote\n> and more\n&gt; and more",
    "a|b>c<d&e&amp;&lt;",
    "\u202eright to left\u202c \u2066x\u2069 \x00\x01\x1b[31m\x7f",
    "\ud800 lone \udfff",
    "🤖" * 4000,
    "&" * 4000,
    "*" * 4000,
    "x" * 20_000,
    " \n \t ",
    "\u200b",
    "",
)
URLS = (
    "https://arxiv.org/abs/1706.03762",
    "https://a.org/x|y>z<w?q=1&r=2 \n\x00`",
    "javascript:alert(1)",
    "java\nscript:x",
    "ht\ntps://a.org",
    "https://",
    "https://[bad",
    "mailto:a@b.org",
    "!channel",
    "https://a.org/" + "é" * 5000,
    "",
)

words_ = st.one_of(st.sampled_from(NASTY), st.text(max_size=60), st.text("*_~`<>!@&| \nab", max_size=40))
urls = st.one_of(st.sampled_from(URLS), words_.map(lambda tail: f"https://a.org/{tail}"))
spans: st.SearchStrategy[Span] = st.one_of(
    words_, st.builds(Strong, words_), st.builds(Quiet, words_), st.builds(Typed, words_), st.builds(Link, words_, urls)
)
lines = st.lists(spans, max_size=4).map(tuple)
parts_: st.SearchStrategy[Part] = st.one_of(
    st.builds(Heading, words_, urls),
    st.builds(Text, lines),
    st.builds(Bullets, st.lists(lines, max_size=8).map(tuple)),
    st.builds(Facts, st.lists(st.tuples(words_, lines), max_size=5).map(tuple)),
    st.builds(Buttons, st.lists(st.builds(Button, words_, words_), max_size=30).map(tuple)),
)
plain_messages = st.builds(Message, st.lists(parts_, max_size=60).map(tuple), words_)

SHOWN = st.one_of(words_, st.builds(Maths, words_), st.builds(Link, words_, urls), st.builds(Strong, words_))
CELLS = st.lists(SHOWN, max_size=2).map(tuple)
TABLES = st.integers(0, 5).flatmap(
    lambda n: st.builds(
        Table,
        st.tuples(*[words_] * n),
        st.lists(st.tuples(*[CELLS] * n), max_size=12).map(tuple),
    )
)
FLOATS = st.floats(allow_nan=True, allow_infinity=True)
POINTS = st.lists(st.tuples(st.integers(0, 30_000).map(float), FLOATS), max_size=40).map(tuple)
SERIES = st.builds(Series, words_, POINTS, st.just(()), st.booleans())
PLOTS = st.builds(
    Plot,
    words_,
    words_,
    words_,
    st.lists(SERIES, max_size=3).map(tuple),
    st.lists(st.builds(Bar, words_, FLOATS, words_), max_size=3).map(tuple),
    st.sampled_from(Unit),
)
CHARTS = st.builds(Chart, PLOTS, words_, lines)
PRESSED = st.lists(st.builds(Button, words_, words_, st.booleans()), max_size=9).map(tuple)
MENUS = st.builds(Buttons, PRESSED, st.booleans(), PRESSED)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    lead = draw(st.one_of(lines, st.just(LEAD)))
    head: list[Part] = [Heading(draw(words_), draw(urls)), Text((Quiet(draw(words_)),))]
    body = draw(st.lists(st.one_of(parts_, TABLES, CHARTS, MENUS), max_size=8))
    leading: list[Part] = [Text(lead), Bullets((lead, OTHER))]
    parts = [*head, draw(st.sampled_from(leading)), *body, draw(MENUS)]
    return Message(tuple(parts), draw(words_), lead=lead)


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def api(loop: asyncio.Runner) -> Iterator[FakeSlack]:
    fake = FakeSlack()
    loop.run(fake.__aenter__())
    yield fake
    loop.run(fake.__aexit__(None, None, None))


async def post(api: FakeSlack, text: str, blocks: list[dict[str, Any]] | None = None) -> None:
    client = AsyncWebClient(token=BOT_TOKEN, base_url=api.url, retry_handlers=[])
    await client.chat_postMessage(channel=CHANNEL, text=text, blocks=blocks, parse="none")


def check(api: FakeSlack, loop: asyncio.Runner, message: Message, taken: Taken = ALL) -> list[dict[str, Any]]:
    """Slack takes it (an error would raise), nobody is rung, and all that stands in brackets is a link."""
    api.posts.clear()
    rendered = as_shown(message, taken)
    assert {block["type"] for block in rendered.blocks} & NEWER == rendered.newer.kinds <= taken.kinds
    loop.run(post(api, rendered.text, list(rendered.blocks) or None))
    loop.run(post(api, rendered.whole))
    for body in api.posts:
        assert limits.rung(body) == []
        for words in [body["text"], *(found["text"] for found in limits.texts(body.get("blocks") or []))]:
            assert limits.odd_markup(words) == []
    assert sum(limits.units(found["text"]) for found in limits.texts(api.posts[0].get("blocks") or [])) <= 10_000
    assert limits.units(api.posts[1]["text"]) <= 4000
    return list(rendered.blocks)


@pytest.mark.parametrize("words", NASTY, ids=lambda words: ascii(words[:20]))
def test_hostile_words_everywhere_are_taken_by_slack_and_ring_nobody(
    words: str, api: FakeSlack, loop: asyncio.Runner
) -> None:
    line: Line = (words, Strong(words), Quiet(words), Typed(words), *(Link(words, url) for url in URLS))
    headings = [Heading(words, url) for url in URLS]
    lists = (Text(line), Bullets((line, (words,))), Facts(((words, line),)), Buttons((Button(words, words),) * 3))
    check(api, loop, Message((*headings, *lists), words), NONE)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(message=plain_messages)
def test_any_message_is_taken_by_slack_and_rings_nobody(message: Message, api: FakeSlack, loop: asyncio.Runner) -> None:
    check(api, loop, message, NONE)


@pytest.mark.parametrize("words", NASTY, ids=lambda words: ascii(words[:20]))
def test_hostile_words_in_every_place_are_taken_and_ring_nobody(
    words: str, api: FakeSlack, loop: asyncio.Runner
) -> None:
    lead: Line = (Link(words, CODE), words, Quiet(words))
    cells: Line = (words, Maths(words), Strong(words), Typed(words), *(Link(words, url) for url in URLS))
    table = Table((words, words), ((cells, (words,)), ((words,), cells)))
    plot = Plot(words, words, words, (months(1, 2, 3, name=words),))
    buttons = Buttons((Button(words, words),) * 4, menu=(Button(words, words), Button("ok", f"/code {words}")))
    parts = (
        Heading(words, PAPER),
        Text((Quiet(words),)),
        Bullets((lead, cells)),
        table,
        Chart(plot, words, cells),
        buttons,
    )
    message = Message(parts, words, lead=lead)
    blocks = check(api, loop, message)
    check(api, loop, message, NONE)
    assert [block["type"] for block in blocks].count("card") == 1
    for block in blocks:
        if block["type"] in (CARD, TABLE):
            parsed = SdkBlock.parse(block)
            assert parsed is not None
            parsed.validate_json()


def test_three_hundred_authors_and_formulas_are_taken(api: FakeSlack, loop: asyncio.Runner) -> None:
    byline = Text((Quiet(", ".join(f"Ada $x_{n}^2$ Núñez-<@U{n}>" for n in range(300))),))
    first, _, *rest = BERT.parts
    (card, *_) = check(api, loop, replace(BERT, parts=(first, byline, *rest)))
    assert card["subtitle"]["text"].startswith("Ada $x_0^2$ Núñez-&lt;@U0&gt;, ")
    assert card["subtitle"]["text"].endswith("…")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(message=messages(), kinds=st.sets(st.sampled_from(sorted(NEWER))))
def test_any_message_is_taken_with_any_of_the_newer_kinds(
    message: Message, kinds: set[str], api: FakeSlack, loop: asyncio.Runner
) -> None:
    check(api, loop, message, replace(ALL, kinds=frozenset(kinds)))
