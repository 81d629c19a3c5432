"""Files over the real adapter: those that people send to be taken in, and those that answer; error paths first."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.domain.chat import Address
from bot.domain.moving import FILE_LIMIT
from bot.errors import DeliveryFailed
from handlers.incoming import FileTrouble, Request
from handlers.messages import Button, Buttons, File, Message, Part, Strong, text
from handlers.telegram.render import render
from tests.telegram.channel import channel, delivery, open_for_sending, run, running, said, until
from tests.telegram.fake_api import NAME, TOKEN, FakeTelegram
from tests.telegram.fake_http import Fault, Refusal

EXPORT = Message((text("All that ", Strong("this chat"), " has."), File("paperwire.json", '{"é": 1}\n')), "All")


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake.person(7, "Ada").person(8, "Bob").group(-100, "Readers", admins=(7,), topics=(5,))


def heard(telegram: FakeTelegram, *, answers: int = 1) -> list[Request]:
    """What `respond` is asked, until so many messages were sent."""
    requests: list[Request] = []

    def respond(request: Request) -> Message:
        requests.append(request)
        return said(request.file or request.file_trouble or request.text)

    async def listen() -> None:
        async with running(channel(telegram, respond=respond)):
            await until(telegram, lambda: len(telegram.sent) >= answers)

    run(listen())
    return requests


def answered(telegram: FakeTelegram, message: Message, chat: int = 7, *, until_true: Callable[[], bool]) -> None:
    """One question is answered with this message."""

    async def listen() -> None:
        async with running(channel(telegram, respond=lambda _: message)):
            telegram.says(chat, "/export", topic=5 if chat < 0 else 0)
            await until(telegram, until_true)

    run(listen())


def share(
    telegram: FakeTelegram, content: bytes = b"bert\n", *, name: str = "list.txt", words: str = "", **how: Any
) -> None:
    told = {key: how.pop(key) for key in ("size", "told") if key in how}
    telegram.says(how.pop("chat", 7), words, document=telegram.documents.add(name, content, **told), **how)


# Files that come, and go wrong


@pytest.mark.parametrize("told", [True, False], ids=["told", "only known when asked"])
def test_a_file_that_is_too_large_is_not_fetched(telegram: FakeTelegram, told: bool) -> None:
    document = telegram.documents.add("list.txt", b"x", size=FILE_LIMIT + 1)
    if not told:
        del document["file_size"]
    telegram.says(7, "", document=document)
    (request,) = heard(telegram)
    assert (request.text, request.file, request.file_trouble) == ("/import", None, FileTrouble.TOO_LARGE)
    assert telegram.count("download") == 0


def test_a_file_whose_size_nobody_told_is_measured(telegram: FakeTelegram) -> None:
    share(telegram, b"x" * (FILE_LIMIT + 1), told=False)
    assert heard(telegram)[0].file_trouble is FileTrouble.TOO_LARGE


@pytest.mark.parametrize("content", ["é".encode("latin-1"), b"\xff\xfeb\x00", b"\x89PNG\r\n\x1a\n\x00\xff"])
def test_a_file_that_is_no_text_in_utf_8_says_so(telegram: FakeTelegram, content: bytes) -> None:
    share(telegram, content)
    assert heard(telegram)[0].file_trouble is FileTrouble.NOT_TEXT


@pytest.mark.parametrize("method", ["getFile", "download"])
def test_a_file_that_meets_a_broken_connection_is_fetched_again(telegram: FakeTelegram, method: str) -> None:
    telegram.fail(method, Fault.DROP_BEFORE)
    share(telegram)
    assert heard(telegram)[0].file == "bert\n"


def test_a_file_that_is_gone_is_told_and_is_no_trouble_with_the_token(telegram: FakeTelegram) -> None:
    telegram.fail("download", *[Refusal(404, "Not Found")] * 3)
    share(telegram)

    async def listen() -> None:
        async with running(channel(telegram, respond=lambda request: said(request.file_trouble or "read"))) as made:
            await until(telegram, lambda: len(telegram.sent) == 1)
            assert made.trouble == ""

    run(listen())
    assert telegram.sent[0].text == FileTrouble.NOT_REACHED


def test_no_log_holds_the_token_when_a_file_cannot_be_fetched(
    telegram: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    telegram.fail("download", *[Fault.DROP_BEFORE] * 6)  # each of three tries may be made over two connections
    share(telegram)
    assert heard(telegram)[0].file_trouble is FileTrouble.NOT_REACHED
    assert "can't be fetched" in caplog.text
    assert TOKEN.partition(":")[2] not in caplog.text


def test_other_files_and_other_bots_files_are_ignored(telegram: FakeTelegram) -> None:
    share(telegram, name="thesis.pdf")
    share(telegram, name="")
    share(telegram, name="thesis.pdf", words="what do you think?")
    share(telegram, words="/import@other_bot")
    share(telegram, words="/code bert")
    share(telegram, chat=-100, name="feeds.opml", words="our feeds")
    share(telegram, chat=-100, name="feeds.opml", words="import")
    telegram.says(-100, "/import@other_bot", to=telegram.documents.add("feeds.opml", b"x"))
    telegram.says(8, "last")
    assert [request.text for request in heard(telegram)] == ["last"]
    assert telegram.count("getFile") == 0


# Files that come


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("feeds.opml", ""),
        ("FEEDS.XML", ""),
        ("paperwire.json", "here you are"),
        ("list.txt", ""),
        ("list.bak", "/import"),
        ("list", f"/IMPORT@{NAME} please"),
        ("list", "Import"),
    ],
)
def test_a_file_in_a_private_chat_is_to_be_taken_in(telegram: FakeTelegram, name: str, words: str) -> None:
    share(telegram, "\ufeffBérénice\n".encode(), name=name, words=words)
    (request,) = heard(telegram)
    assert request == Request(
        Address("telegram", "7"), "/import", sender="7", alone=True, chat_title="Ada", file="Bérénice\n"
    )


@pytest.mark.parametrize(("sender", "may"), [(7, True), (8, False)])
def test_in_a_group_the_caption_asks_for_it_and_only_administrators_manage(
    telegram: FakeTelegram, sender: int, may: bool
) -> None:
    share(telegram, chat=-100, topic=5, words=f"/import@{NAME}", sender=sender)
    (request,) = heard(telegram)
    assert (request.address.topic, request.file, request.may_manage) == ("5", "bert\n", may)


@pytest.mark.parametrize("chat", [7, -100])
def test_an_answer_to_a_file_takes_that_file(telegram: FakeTelegram, chat: int) -> None:
    telegram.says(chat, "/import", to=telegram.documents.add("anything", b"nets"))
    assert heard(telegram)[0].file == "nets"


def test_an_answer_with_words_of_its_own_takes_the_words(telegram: FakeTelegram) -> None:
    telegram.says(7, "/import ada/nets", to=telegram.documents.add("anything", b"nets"))
    (request,) = heard(telegram)
    assert (request.text, request.file) == ("/import ada/nets", None)


# Files that go


def test_a_short_answer_is_the_caption_of_its_file(telegram: FakeTelegram) -> None:
    buttons = Buttons((Button("Settings", "/settings"),))
    answered(telegram, Message((*EXPORT.parts, buttons), "All"), -100, until_true=lambda: bool(telegram.sent))
    (sent,) = telegram.sent
    assert (sent.file, sent.content) == ("paperwire.json", '{"é": 1}\n'.encode())
    assert (sent.text, sent.entities[0].kind, sent.topic) == ("All that this chat has.", "bold", 5)
    assert sent.quote
    assert sent.keyboard == ((("Settings", "/settings"),),)


def test_a_long_answer_comes_before_its_files(telegram: FakeTelegram) -> None:
    parts = (text("word " * 400), File("one.txt", "1"), File("two.txt", ""))
    answered(telegram, Message(parts, "s"), -100, until_true=lambda: len(telegram.sent) == 3)
    assert [(sent.file, sent.content) for sent in telegram.sent] == [("", b""), ("one.txt", b"1"), ("two.txt", b"\n")]


def test_a_file_to_a_person_keeps_the_pace(telegram: FakeTelegram) -> None:
    parts = (text("word " * 400), File("one.txt", "1"))
    answered(telegram, Message(parts, "s"), until_true=lambda: len(telegram.sent) == 2)
    first, second = telegram.sent
    assert second.at - first.at >= 1


def test_a_caption_is_never_too_long(telegram: FakeTelegram) -> None:
    for length in (1022, 1024, 1025):
        pieces = render(Message((text("&" * length), File("f.txt", "x")), "s"))
        assert [bool(piece.file) for piece in pieces] == ([True] if length <= 1024 else [False, True])


def test_a_caption_whose_markup_is_refused_is_sent_once_more_as_plain_text(telegram: FakeTelegram) -> None:
    telegram.fail("sendDocument", Refusal(400, "Bad Request: can't parse entities: Unsupported start tag"))
    answered(telegram, EXPORT, until_true=lambda: bool(telegram.sent))
    assert [(sent.text, sent.entities) for sent in telegram.sent] == [("All that this chat has.", ())]


def test_a_file_without_words_has_the_summary_as_its_caption() -> None:
    (piece,) = render(Message((File("f.txt", "x"),), "All"))
    assert (piece.html, piece.file) == ("All", File("f.txt", "x"))


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.BAD_GATEWAY])
def test_a_file_that_meets_a_broken_connection_is_sent_again(telegram: FakeTelegram, fault: Fault) -> None:
    telegram.fail("sendDocument", fault)
    answered(telegram, EXPORT, until_true=lambda: bool(telegram.sent))
    assert telegram.count("sendDocument") == 2


@pytest.mark.parametrize(
    "description",
    ["Bad Request: not enough rights to send documents to the chat", "Bad Request: CHAT_SEND_DOCS_FORBIDDEN"],
)
def test_where_files_are_forbidden_the_asker_is_told(telegram: FakeTelegram, description: str) -> None:
    telegram.fail("sendDocument", Refusal(400, description))
    answered(telegram, EXPORT, -100, until_true=lambda: bool(telegram.sent))
    (sent,) = telegram.sent
    assert sent.text.startswith("I couldn't send you the file: Telegram: ")
    assert sent.topic == 5


def test_a_file_follows_a_group_that_has_moved(telegram: FakeTelegram) -> None:
    telegram.group(-1001, topics=(5,)).refuse(-100, 400, "Bad Request: upgraded", migrate_to_chat_id=-1001)
    answered(telegram, EXPORT, -100, until_true=lambda: bool(telegram.sent))
    assert [(sent.chat, sent.file) for sent in telegram.sent] == [(-1001, "paperwire.json")]


@pytest.mark.parametrize(
    ("code", "description", "permanent"),
    [(403, "Forbidden: bot was blocked by the user", True), (400, "Bad Request: SOMETHING_NEW", False)],
)
def test_a_delivery_with_a_file_fails_as_one_without(
    telegram: FakeTelegram, code: int, description: str, permanent: bool
) -> None:
    telegram.refuse(7, code, description)

    async def send() -> None:
        async with open_for_sending(channel(telegram, message=EXPORT)) as made:
            with pytest.raises(DeliveryFailed) as error:
                await made.send(delivery(7))
            assert error.value.permanent is permanent

    run(send())


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("a/../../b\n<c>.json", "a_.._.._b_c_.json"),
        ("…", "_"),
        (" . ", "file.txt"),
        ("", "file.txt"),
        ("x" * 300 + ".json", "x" * 95 + ".json"),
        ('"; filename="evil.exe', "_ filename_evil.exe"),
    ],
)
def test_an_odd_name_becomes_one_that_every_disk_takes(telegram: FakeTelegram, name: str, sent: str) -> None:
    parts: tuple[Part, ...] = (text("a file"), File(name, "x"))
    answered(telegram, Message(parts, "s"), -100, until_true=lambda: bool(telegram.sent))
    assert telegram.sent[0].file == sent
