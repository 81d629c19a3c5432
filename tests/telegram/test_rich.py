"""Rich messages: what they hold, who gets them, and that nothing is lost where the platform takes none."""

from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.messages import (
    Bullets,
    Button,
    Buttons,
    Code,
    Facts,
    Folded,
    Heading,
    Link,
    Maths,
    Message,
    Part,
    Quiet,
    Strong,
    Table,
    Typed,
    text,
)
from handlers.telegram.rich import rich
from handlers.wording.cards import maths_of
from tests.telegram.channel import channel, delivery, open_for_sending, run, running, until
from tests.telegram.fake_api import FakeTelegram, Sent
from tests.telegram.fake_http import Fault, Refusal
from tests.telegram.fake_rich import read_rich
from tests.telegram.test_render import HOSTILE

FORMULA = Message((Heading("Nets"), text("It costs ", Maths("O(n^2)"), ".")), "Nets")
TOP = Message((Heading("Top"), Table(("Repository", "★"), ((("a/b",), ("+5",)),))), "Top")
DIGEST = Message((Folded("The week", (Bullets((("7 papers",),)),)), Buttons((Button("All", "/x"),))), "Digest")
PLAIN = Message((text("plain"),), "plain")


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        fake.takes_rich = True
        yield fake.person(7).group(-100, topics=(5,))


def asked(telegram: FakeTelegram, *messages: Message, chat: int = -100, topic: int = 0) -> list[Sent]:
    """What is sent in answer to as many questions."""
    answers = iter(messages)

    async def talk() -> None:
        async with running(channel(telegram, respond=lambda _: next(answers))):
            for number in range(1, len(messages) + 1):
                telegram.says(chat, "/x", topic=topic)
                await until(telegram, partial(_has_sent, telegram, number))

    run(talk())
    return telegram.sent


def _has_sent(telegram: FakeTelegram, number: int) -> bool:
    return len(telegram.sent) >= number


def test_formulas_tables_and_what_unfolds_are_said_richly(telegram: FakeTelegram) -> None:
    formula, top, digest, plain = asked(telegram, FORMULA, TOP, DIGEST, PLAIN, topic=5)
    assert formula.rich == "<h3>Nets</h3><p>It costs <tg-math>O(n^2)</tg-math>.</p>"
    assert "<tr><th>Repository</th><th>★</th></tr><tr><td>a/b</td><td>+5</td></tr>" in top.rich
    assert digest.rich == "<details><summary>The week</summary><ul><li>7 papers</li></ul></details>"
    assert digest.keyboard == ((("All", "/x"),),)
    assert (plain.rich, plain.text) == ("", "plain")
    assert {(one.topic, one.quote is not None) for one in telegram.sent} == {(5, True)}


def test_an_older_server_is_asked_once_and_gets_html_from_then_on(telegram: FakeTelegram) -> None:
    telegram.takes_rich = False
    first, second = asked(telegram, FORMULA, TOP)
    assert (first.text, second.text) == ("Nets\nIt costs $O(n^2)$.", "Top\n• a/b · +5")
    assert telegram.count("sendRichMessage") == 1


@pytest.mark.parametrize("words", ["RICH_VALIDATE_CTOR_NOT_ALLOWED", "can't parse entities: unsupported start tag"])
def test_a_form_that_is_refused_goes_as_html_and_the_next_one_is_tried(telegram: FakeTelegram, words: str) -> None:
    telegram.fail("sendRichMessage", Refusal(400, f"Bad Request: {words}"))
    first, second = asked(telegram, FORMULA, FORMULA)
    assert (first.rich, first.text) == ("", "Nets\nIt costs $O(n^2)$.")
    assert second.rich


def test_a_chat_that_cannot_be_written_to_is_not_tried_again_as_html(telegram: FakeTelegram) -> None:
    telegram.fail("sendRichMessage", Refusal(403, "Forbidden: bot was kicked from the supergroup chat"))
    made = channel(telegram, respond=lambda request: FORMULA if request.text == "/gone" else PLAIN)

    async def talk() -> None:
        telegram.says(-100, "/gone")
        telegram.says(-100, "/x")
        async with running(made):
            await until(telegram, lambda: bool(telegram.sent))

    run(talk())
    assert [one.text for one in telegram.sent] == ["plain"]
    assert telegram.count("sendMessage") == 1


def test_what_breaks_is_tried_again_in_the_same_form(telegram: FakeTelegram) -> None:
    telegram.fail("sendRichMessage", Fault.DROP_BEFORE)
    (sent,) = asked(telegram, FORMULA)
    assert sent.rich


def test_a_refused_token_is_told_as_such(telegram: FakeTelegram) -> None:
    made = channel(telegram, respond=lambda _: FORMULA)

    async def talk() -> None:
        async with running(made):
            telegram.fail("sendRichMessage", Refusal(401, "Unauthorized"))
            telegram.fail("sendMessage", Refusal(401, "Unauthorized"))
            telegram.says(-100, "/x")
            await until(telegram, lambda: telegram.count("sendMessage") == 1)

    run(talk())
    assert "refuses the token" in made.trouble


def test_news_is_never_rich_as_it_is_changed_later(telegram: FakeTelegram) -> None:
    async def send() -> None:
        async with open_for_sending(channel(telegram, message=TOP)) as made:
            await made.send(delivery(-100))

    run(send())
    assert telegram.count("sendRichMessage") == 0
    assert telegram.sent[0].text == "Top\n• a/b · +5"


def test_what_is_too_large_goes_as_html() -> None:
    assert rich(Message((Table(("a",), ((("x",),),) * 600),), "x")) == ""
    assert rich(Message((Folded("a", (text("x" * 33_000),)),), "x")) == ""
    assert rich(Message((Table(("a",) * 21, (((("x",)),) * 21,)),), "x")) == ""


def test_formulas_of_an_abstract_are_found_and_money_is_not() -> None:
    assert maths_of("of $O(n^2)$ and $\\alpha$.") == ("of ", Maths("O(n^2)"), " and ", Maths("\\alpha"), ".")
    assert maths_of("costs $5 and $10, or $ 3 $") == ("costs $5 and $10, or $ 3 $",)
    assert maths_of("a$<b>$") == ("a", Maths("<b>"))


@given(st.text("a$ \\<", max_size=60) | st.just("word $x$ " * 400))
def test_an_abstract_keeps_its_words(words: str) -> None:
    shown = "".join(span if isinstance(span, str) else getattr(span, "text", "") for span in maths_of(words))
    assert shown == words or (len(words) > 1200 and len(shown) <= 1203)


characters = st.text(st.characters(codec=None), max_size=200) | st.sampled_from(sorted(HOSTILE.values()))
spans = st.one_of(
    characters,
    st.builds(Strong, characters),
    st.builds(Quiet, characters),
    st.builds(Typed, characters),
    st.builds(Maths, characters),
    st.builds(Link, characters, characters | st.just('https://example.org/<&">')),
)
lines = st.lists(spans, max_size=4).map(tuple)
inner = st.one_of(
    lines.map(lambda line: text(*line)),
    st.builds(Bullets, st.lists(lines, max_size=5).map(tuple)),
    st.builds(Facts, st.lists(st.tuples(characters, lines), max_size=5).map(tuple)),
    st.builds(Table, st.just(("a", "b")), st.lists(st.tuples(lines, lines), max_size=5).map(tuple)),
)
parts: st.SearchStrategy[Part] = st.one_of(
    inner,
    st.builds(Heading, characters, characters),
    st.builds(Code, characters),
    st.builds(Folded, characters, st.lists(inner, max_size=3).map(tuple)),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(parts, max_size=5).map(tuple))
def test_whatever_strangers_write_the_platform_reads_it(made: tuple[Part, ...]) -> None:
    message = Message((Heading("head"), *made, FORMULA.parts[1]), "x")
    if html := rich(message):
        html.encode()
        assert "head" in read_rich({"html": html})
