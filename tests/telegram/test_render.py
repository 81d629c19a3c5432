"""Whatever strangers write, each piece is taken by the platform as it reads HTML, within all its limits."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.messages import Bullets, Button, Buttons, Facts, Heading, Link, Message, Part, Quiet, Strong, Typed, text
from handlers.telegram.render import Piece, render
from tests.telegram.channel import channel, delivery, open_for_sending, run
from tests.telegram.fake_api import FakeTelegram, Sent
from tests.telegram.markup import read_html, utf16

HOSTILE = {
    "markup": "<b>bold</b> & <script>alert(1)</script> &lt; &#0; </a> <a href='tg://x'>",
    "unclosed": "a < b && b > c <",
    "right to left": "\u202eevil\u202c \u05e9\u05dc\u05d5\u05dd \u2067x\u2069",
    "control characters": "a\x00b\x07c\x1bd\r\ne\tf",
    "lone surrogate": "a\ud83db",
    "10,000 characters": "word " * 2000,
    "10,000 letters": "x" * 10_000,
    "10,000 emoji": "👩‍👩‍👧😀" * 2000,
    "10,000 ampersands": "&<>\"'" * 2000,
    "nothing": "",
    "blank": " \n\t\u200b\u2060\u3000",
    "mention": "@durov and mail@example.org",
    "combining": "e\u0301" * 5000,
}


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake.group(-100)


def everywhere(words: str) -> Message:
    """A stranger's words in every place that a message has."""
    line = (words, Strong(words), Quiet(words), Typed(words), Link(words, "https://example.org/?a=1&b=2"))
    parts: tuple[Part, ...] = (
        Heading(words, words),
        text(*line),
        Bullets((line, (words,))),
        Facts(((words, line),)),
        Buttons((Button(words, words), Button(words, "/code bert"))),
    )
    return Message(parts, words, words)


def post(telegram: FakeTelegram, message: Message) -> list[Sent]:
    async def send() -> None:
        async with open_for_sending(channel(telegram, message=message)) as made:
            await made.send(delivery(-100))

    run(send())
    return telegram.sent


def check_limits(piece: Piece) -> None:
    shown, entities = read_html(piece.html)
    assert 0 < utf16(shown) <= 4096
    assert len(entities) <= 100
    assert utf16(piece.plain) <= 4096
    piece.html.encode()


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_are_taken_wherever_they_stand(telegram: FakeTelegram, words: str) -> None:
    message = everywhere(words)
    assert len(post(telegram, message)) == len(render(message))
    assert telegram.count("sendMessage") == len(telegram.sent)  # nothing was refused and sent again as plain text


def test_three_hundred_authors_are_taken(telegram: FakeTelegram) -> None:
    authors = tuple(Link(f"Author {n}", f"https://example.org/{n}") for n in range(300))
    assert len(post(telegram, Message((text(*authors),), "authors"))) == 3
    assert [len(sent.entities) for sent in telegram.sent] == [100, 100, 100]


characters = st.text(st.characters(codec=None), max_size=300) | st.sampled_from(sorted(HOSTILE.values()))
spans = st.one_of(
    characters,
    st.builds(Strong, characters),
    st.builds(Quiet, characters),
    st.builds(Typed, characters),
    st.builds(Link, characters, characters | st.just('https://example.org/<&">')),
)
lines = st.lists(spans, max_size=6).map(tuple)
parts = st.one_of(
    st.builds(Heading, characters, characters),
    lines.map(lambda line: text(*line)),
    st.builds(Bullets, st.lists(lines, max_size=30).map(tuple)),
    st.builds(Facts, st.lists(st.tuples(characters, lines), max_size=10).map(tuple)),
    st.builds(Buttons, st.lists(st.builds(Button, characters, characters), max_size=60).map(tuple)),
)
messages = st.builds(Message, st.lists(parts, max_size=6).map(tuple), characters, characters)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(messages)
def test_any_message_becomes_one_to_three_pieces_within_the_limits(message: Message) -> None:
    pieces = render(message)
    assert 1 <= len(pieces) <= 3
    for piece in pieces:
        check_limits(piece)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(messages)
def test_any_message_is_taken_by_the_platform(message: Message) -> None:
    with FakeTelegram() as fake:
        post(fake.group(-100), message)
        assert fake.count("sendMessage") == len(fake.sent) == len(render(message))


def one(*parts: Part) -> Piece:
    (piece,) = render(Message(parts, "summary"))
    return piece


def test_each_part_has_its_form() -> None:
    piece = one(
        Heading("BERT", "https://arxiv.org/abs/1810.04805"),
        text("by ", Strong("Devlin"), ", ", Quiet("2018"), ": ", Typed("/code bert")),
        Bullets((("one",), (Link("two", "https://example.org/?a&b"),))),
        Facts((("stars", ("5",)),)),
    )
    assert piece.html == (
        '<a href="https://arxiv.org/abs/1810.04805"><b>BERT</b></a>\n'
        "by <b>Devlin</b>, <i>2018</i>: <code>/code bert</code>\n\n"
        '• one\n• <a href="https://example.org/?a&amp;b">two</a>\n\n'
        "<b>stars</b>: 5"
    )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "tg://user?id=1", "ftp://a/b", "https://", "http://[", "x y", ""]
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert one(text(Link("label", url))).html == "label"


def test_a_stranger_with_an_at_sign_rings_nobody() -> None:
    assert "@durov" not in one(text("thanks @durov")).html
    assert "@durov" in one(text(Typed("@durov"))).html


def test_a_preview_is_a_web_address_and_stands_on_the_first_piece_only() -> None:
    long = (text("a" * 4000), text("b" * 4000))
    assert [piece.preview for piece in render(Message(long, "s", "https://example.org"))] == ["https://example.org", ""]
    assert render(Message(long, "s", "javascript:1"))[0].preview == ""


def test_pieces_part_where_the_parts_do() -> None:
    first, second = render(Message((text("a " * 1500), text("b " * 1500)), "s"))
    assert "b" not in first.html
    assert "a" not in second.html


def test_a_long_part_is_cut_between_lines() -> None:
    first, second = render(Message((Bullets(tuple((f"item {n} " + "y" * 90,) for n in range(60))),), "s"))
    assert first.html.endswith("y" * 90)
    assert second.html.startswith("• item")


def test_a_long_line_is_cut_between_words() -> None:
    pieces = render(Message((text(Strong("word " * 1500)),), "s"))
    assert {word for piece in pieces for word in read_html(piece.html)[0].split()} == {"word"}


def test_what_is_too_much_is_counted() -> None:
    pieces = render(Message((Bullets(tuple((f"{n} " + "y" * 1000,) for n in range(20))),), "s"))
    assert len(pieces) == 3
    assert pieces[-1].html.endswith("… and 8 more")


def test_as_many_buttons_share_a_row_as_a_phone_shows_whole() -> None:
    rows = one(text("x"), Buttons(tuple(Button(label, "/x") for label in ("‹", "7 of 9", "›", "Why this?", "Similar"))))
    assert [[button.label for button in row] for row in rows.keyboard] == [
        ["‹", "7 of 9", "›"],
        ["Why this?", "Similar"],
    ]


def test_buttons_stand_in_pairs_where_they_are_short() -> None:
    long = Button("a label of many words", "/c")
    piece = one(text("x"), Buttons((Button("A", "/a"), Button("B", "/b"), long)))
    assert [[button.label for button in row] for row in piece.keyboard] == [["A", "B"], [long.label]]


def test_a_command_too_long_for_a_button_is_shown_to_be_typed() -> None:
    piece = one(text("x"), Buttons((Button("Watch", "/subscribe " + "é" * 30),)))
    assert piece.keyboard == ()
    assert piece.html.endswith("Watch: <code>/subscribe " + "é" * 30 + "</code>")


def test_buttons_stand_under_the_last_piece() -> None:
    first, second = render(Message((text("a" * 4000), text("b" * 4000), Buttons((Button("A", "/a"),))), "s"))
    assert (first.keyboard, len(second.keyboard)) == ((), 1)


def test_a_message_without_words_says_its_summary() -> None:
    assert render(Message((), "no papers"))[0].html == "no papers"
    assert render(Message((text(" "),), " "))[0].html == "…"
