"""A surge with its picture on Telegram, by the real library; where a chat takes no pictures, its words alone."""

import io
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PIL import Image as Picture

from bot.domain.chat import Address, Chat
from bot.domain.news import Delivery
from bot.domain.stars import Curve
from bot.errors import DeliveryFailed
from handlers import charts, wording
from tests.builders import surge_alert
from tests.telegram.channel import channel, open_for_sending, run, running, until
from tests.telegram.fake_api import FakeTelegram, Sent
from tests.telegram.fake_http import Refusal

ADA = Chat(1, Address("telegram", "7"))
NO_PHOTOS = "Bad Request: not enough rights to send photos to the chat"


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake.person(7, "Ada")


def sent(telegram: FakeTelegram, delivery: Delivery) -> list[Sent]:
    async def send() -> None:
        made = channel(telegram, word=wording.delivery)
        async with open_for_sending(made):
            await made.send(delivery)

    run(send())
    return telegram.sent


@pytest.mark.parametrize(
    "why", [NO_PHOTOS, "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN", "Bad Request: IMAGE_PROCESS_FAILED"]
)
def test_a_chat_that_takes_no_pictures_gets_the_words(telegram: FakeTelegram, why: str) -> None:
    telegram.fail("sendPhoto", Refusal(400, why))
    (one,) = sent(telegram, surge_alert(ADA))
    assert one.file == ""
    assert "★ +184 in 24 h (usually 3 a day), now 1,204" in one.text
    assert one.keyboard[-1][0][0] == "Why this?"


def test_a_chat_that_takes_nothing_is_out_of_reach(telegram: FakeTelegram) -> None:
    telegram.fail("sendPhoto", Refusal(400, NO_PHOTOS))
    telegram.fail("sendMessage", Refusal(400, "Bad Request: not enough rights to send text messages to the chat"))
    with pytest.raises(DeliveryFailed) as failed:
        sent(telegram, surge_alert(ADA))
    assert failed.value.permanent


def test_a_picture_that_has_to_wait_goes_as_a_picture_later(telegram: FakeTelegram) -> None:
    telegram.fail("sendPhoto", Refusal(429, "Too Many Requests: retry after 3", retry_after=3))
    with pytest.raises(DeliveryFailed) as failed:
        sent(telegram, surge_alert(ADA))
    assert failed.value.retry_at
    assert telegram.count("sendMessage") == 0


def test_a_surge_is_a_picture_with_its_words_and_buttons_below(telegram: FakeTelegram) -> None:
    (one,) = sent(telegram, surge_alert(ADA))
    assert one.file == "ada-nets.png"
    assert Picture.open(io.BytesIO(one.content)).size == (1080, 720)
    assert one.text.startswith("ada/nets takes off\n★ +184 in 24 h (usually 3 a day), now 1,204")
    assert "▁" not in one.text
    assert one.keyboard[-1][0][0] == "Why this?"


def test_a_surge_of_which_nothing_was_counted_has_no_picture(telegram: FakeTelegram) -> None:
    surge = surge_alert(ADA)
    (alert,) = surge.alerts
    assert alert.happening
    bare = replace(alert, happening=replace(alert.happening, curve=None))
    (one,) = sent(telegram, replace(surge, alerts=(bare,)))
    assert (one.file, "+184 in 24 h" in one.text) == ("", True)


def test_nothing_is_drawn_on_the_loop(telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
    drew = list[threading.Thread]()

    def watched(_: Curve) -> bytes:
        drew.append(threading.current_thread())
        return b"\x89PNG\r\n\x1a\n and so on"

    monkeypatch.setattr(charts, "png", watched)
    sent(telegram, surge_alert(ADA, name="sent"))

    async def ask() -> None:
        async with running(channel(telegram, respond=lambda _: wording.delivery(surge_alert(ADA, name="said")))):
            telegram.says(7, "/stars ada/said")
            await until(telegram, lambda: len(telegram.sent) == 2)

    run(ask())
    assert len(drew) == 2
    assert threading.main_thread() not in drew
