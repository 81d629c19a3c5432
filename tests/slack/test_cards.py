"""Cards in Slack: later news stands in the first card's thread and in the channel, and a card can be made to change."""

from dataclasses import replace

import pytest

from bot.errors import DeliveryFailed
from tests.slack.fake_api import FakeSlack, Fault
from tests.slack.house import delivery, on_a_loop, send, slack


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message", "edit_window_closed"])
@on_a_loop
async def test_a_card_that_cannot_be_changed_is_a_failure_that_is_not_the_channels(code: str) -> None:
    async with FakeSlack() as api:
        api.fail("chat.update", Fault(error=code))
        with pytest.raises(DeliveryFailed) as failed:
            await slack(api).edit(replace(delivery(), message="1.0001"))
    assert not failed.value.permanent
    assert failed.value.retry_at is None


@on_a_loop
async def test_a_limit_says_until_when() -> None:
    async with FakeSlack() as api:
        api.fail("chat.update", Fault(status=429, error="ratelimited", retry_after=30))
        with pytest.raises(DeliveryFailed) as failed:
            await slack(api).edit(replace(delivery(), message="1.0001"))
    assert failed.value.retry_at


@on_a_loop
async def test_a_card_says_something_new_and_nothing_is_posted() -> None:
    async with FakeSlack() as api:
        channel = slack(api)
        name = await send(channel, delivery(1))
        await channel.edit(replace(delivery(2), message=name))
        (post,) = api.posts
    assert post["text"] == "BERT has code (2)"
    assert post["ts"] == name


@on_a_loop
async def test_later_news_stands_in_the_first_cards_thread_and_in_the_channel() -> None:
    async with FakeSlack() as api:
        channel = slack(api)
        first = await send(channel, delivery(1))
        await channel.send(replace(delivery(2), reply_to=first))
    assert [post.get("thread_ts") for post in api.posts] == [None, first]
    assert [post.get("reply_broadcast") for post in api.posts] == [None, True]


@on_a_loop
async def test_in_a_thread_that_was_chosen_later_news_stays_there() -> None:
    async with FakeSlack() as api:
        told = delivery()
        thread = replace(told.chat.address, topic="1700000000.000100")
        await slack(api).send(replace(told, chat=replace(told.chat, address=thread), reply_to="1.0001"))
    (post,) = api.posts
    assert post["thread_ts"] == "1700000000.000100"
    assert not post.get("reply_broadcast")
