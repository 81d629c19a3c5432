"""Papers as strangers write them, and sources let them in: each card is taken as it is, with the links that matter."""

from collections.abc import Iterator

import pytest

from bot.domain.link import CodeLink
from bot.domain.news import Alert, NewsKind
from bot.domain.paper import Paper, PaperId
from bot.domain.repository import Repository
from bot.domain.text import ABSTRACT_LIMIT, NAME_LIMIT, TITLE_LIMIT, clean
from handlers import wording
from tests.builders import NOW
from tests.telegram.channel import channel, delivery, open_for_sending, run
from tests.telegram.fake_api import FakeTelegram, Sent
from tests.telegram.test_render import HOSTILE

PAPER_URL, CODE_URL = "https://arxiv.org/abs/2603.00001", "https://github.com/ada/nets"
CORPUS = HOSTILE | {
    "nested entities": "<b><i><u><s><code>x</code></s></u></i></b>" * 200,
    "half an entity": "&am &#x &#99999999; &lt &gt;&",
    "formulas": "$x$ " * 3000,
    "one formula": "$" + "x" * 5000 + "$",
    "quotes in addresses": '"><a href="https://evil.example.org">click</a>',
    "every control and format character": "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0), *range(0x2000, 0x2070)])),
    "every plane": "".join(chr(plane << 16 | 0x41) for plane in range(3)) * 1500,
    "tags of the rich form": "<details><summary>x</summary><table><tr><td>y</details>",
}


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


def alert(words: str, kind: NewsKind) -> Alert:
    paper = Paper(
        1,
        (PaperId("arxiv", "2603.00001"),),
        clean(words, TITLE_LIMIT),
        abstract=clean(words, ABSTRACT_LIMIT),
        authors=(clean(words, NAME_LIMIT),) * 300,
        categories=(clean(words, NAME_LIMIT),) * 40,
        published=NOW,
    )
    repository = Repository(1, "github.com", "ada", "nets", stars=5, language=clean(words, NAME_LIMIT))
    return Alert(7, kind, NOW, (words,) * 5, paper, (CodeLink(1, 1, repository, "", True, 0.9, NOW),))


async def post(telegram: FakeTelegram, opened: wording.Opened) -> None:
    """A card of each, to a chat of its own."""
    for number, words in enumerate(CORPUS.values(), 1):
        telegram.group(-number)
        message = wording.card(alert(words, NewsKind.CODE), opened)
        async with open_for_sending(channel(telegram, message=message)) as made:
            await made.send(delivery(-number))


def linked(sent: list[Sent]) -> set[str]:
    return {entity.url for one in sent for entity in one.entities if entity.url}


@pytest.mark.parametrize("opened", wording.Opened)
def test_a_card_is_taken_and_keeps_its_links(telegram: FakeTelegram, opened: wording.Opened) -> None:
    run(post(telegram, opened))
    assert telegram.count("sendMessage") == len(telegram.sent)  # nothing was refused and sent again as plain text
    for number, name in enumerate(CORPUS, 1):
        sent = [one for one in telegram.sent if one.chat == -number]
        assert {CODE_URL, PAPER_URL} <= linked(sent), name
        assert sent[0].preview == CODE_URL, name
        assert any(data.startswith("/save") for row in sent[-1].keyboard for _, data in row), name
