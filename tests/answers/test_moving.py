"""Taking along what a chat has: what is refused changes nothing; what fits is taken, once; and it goes anywhere."""

import json
import time
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.answers import MOST_ALONE, Answers, Live
from bot.answers.taking import MOST_MISREAD, MOST_MUTES, Taken
from bot.domain.chat import Address
from bot.domain.feed import Source
from bot.domain.moving import FILE_LIMIT
from bot.domain.pace import Quiet, Rhythm
from bot.domain.paper import FetchedPaper, arxiv_id
from bot.errors import BadQuery, FetchError, Refused, TooLarge
from handlers.commands import respond
from handlers.incoming import FileTrouble, Request
from handlers.messages import File, Message
from storage import Storage
from tests.builders import NOW, linked_paper, paper
from tests.fakes import FakeArxiv

ADA, GROUP, SLACK = Address("telegram", "7"), Address("telegram", "-100"), Address("slack", "C1", "T1")
EVERYTHING = {
    "subscriptions": [
        {"text": "diffusion cat:cs.CV", "rhythm": "daily"},
        {"feed": "https://ada.org/feed.xml", "name": "Ada writes", "priority": True},
        {"text": "id:2603.00001"},
    ],
    "settings": {"timezone": "Europe/Berlin", "quiet": "22:00-07:00", "budget": "7", "digest": "daily 18:00"},
    "mutes": [{"text": "survey", "until": "2026-04-01T00:00:00Z"}, {"text": "au:smith", "until": None}],
    "saved": [{"paper": ["arXiv:2603.00001"], "title": "Deep Nets", "at": "2026-03-01T00:00:00Z"}],
    "hidden": [{"paper": ["arXiv:2603.00001"], "repository": "https://github.com/ada/nets", "title": "Deep Nets"}],
}


class Files:
    """The files at addresses."""

    def __init__(self) -> None:
        self.there: dict[str, str | FetchError] = {}
        self.asked: list[str] = []

    def read(self, url: str, *, limit: int) -> str:
        assert limit == FILE_LIMIT
        self.asked.append(url)
        found = self.there.get(url, FetchError("HTTP 404 Not Found"))
        if isinstance(found, FetchError):
            raise found
        return found


@pytest.fixture
def arxiv() -> FakeArxiv:
    return FakeArxiv()


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
def answers(storage: Storage, arxiv: FakeArxiv, files: Files) -> Answers:
    linked_paper(storage)
    live = Live(arxiv, arxiv, feeds=None, files=files)  # type: ignore[arg-type]  # because: nothing is looked up there
    return Answers(storage, live, clock=lambda: NOW)


def ours(**told: object) -> str:
    return json.dumps({"format": "paperwire-chat", "version": 1, **told})


def opml(urls: Sequence[str]) -> str:
    return "<opml><body>" + "".join(f'<outline text="f" xmlUrl="{url}"/>' for url in urls) + "</body></opml>"


def take(answers: Answers, text: str, address: Address = ADA, *, most: int = 100) -> Taken:
    return answers.moving.take(address, text, most=most)


def texts(answers: Answers, address: Address = ADA) -> list[str]:
    return [one.subscription.text for one in answers.subscriptions(address).mine]


def packed(answers: Answers, address: Address) -> dict[str, object]:
    return dict(json.loads(answers.moving.pack(address).content))


def said(
    answers: Answers,
    text: str,
    address: Address = ADA,
    *,
    file: str | None = None,
    alone: bool = True,
    may: bool = True,
) -> Message:
    request = Request(address, text, sender="7", alone=alone, may_manage=may, file=file)
    return respond(answers, request)


# What is refused


def test_what_cannot_be_read_changes_nothing(answers: Answers, storage: Storage) -> None:
    before = storage.database.value("SELECT count(*) FROM chats")
    for text in ("", "<!DOCTYPE opml><opml/>", "{}", "<opml><body>" + opml(["https://a.org/"])):
        with pytest.raises(BadQuery):
            take(answers, text)
    assert storage.database.value("SELECT count(*) FROM chats") == before


def test_a_file_of_another_kind_is_refused_before_it_fills_the_chat(answers: Answers, storage: Storage) -> None:
    prose = "diffusion\n" + "colour:blue\n" + "".join(f"word{n} (never closed\n" for n in range(MOST_MISREAD))
    with pytest.raises(BadQuery, match="took nothing") as caught:
        take(answers, prose)
    assert "colour" in caught.value.hint
    assert texts(answers) == []


def test_a_bug_half_way_leaves_nothing_behind(
    answers: Answers, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(storage.votes, "save_unless_said", broken)
    with pytest.raises(ZeroDivisionError):
        take(answers, ours(**EVERYTHING))
    assert texts(answers) == []
    assert storage.chats.find(ADA) is None
    assert storage.feeds.find("https://ada.org/feed.xml") is None


def test_in_a_group_only_admins_import_and_anybody_exports(answers: Answers) -> None:
    assert "Only admins" in said(answers, "/import", GROUP, file="nets", alone=False, may=False).summary
    assert "Only admins" in said(answers, "/import nets", GROUP, alone=False, may=False).summary
    assert texts(answers, GROUP) == []
    assert "All that" in said(answers, "/export", GROUP, alone=False, may=False).summary


@pytest.mark.parametrize("trouble", FileTrouble)
def test_a_file_that_cannot_be_read_is_told_with_what_to_do(answers: Answers, trouble: FileTrouble) -> None:
    answer = respond(answers, Request(ADA, "/import", file_trouble=trouble))
    assert "file" in answer.summary
    assert "What shall I" not in answer.summary


def test_an_empty_file_is_told_apart_from_none(answers: Answers) -> None:
    assert "nothing in that" in said(answers, "/import", file="").summary
    assert "What shall I take in?" in said(answers, "/import").summary


def test_more_than_other_commands_may_be_pasted(answers: Answers) -> None:
    pasted = "\n".join(f"topic{n} words" for n in range(1000))
    assert len(pasted) > 10_000
    assert "Taken in: 20 subscriptions" in said(answers, f"import\n{pasted}").summary
    assert "characters long" in said(answers, "/import " + "x" * (FILE_LIMIT + 1)).summary
    assert "characters long" in said(answers, "/code " + "x" * 4001).summary


# Addresses


def test_a_file_at_an_address_is_fetched(answers: Answers, files: Files) -> None:
    files.there["https://ada.org/feeds.opml"] = opml(["https://b.org/feed"])
    assert take(answers, " https://ada.org/feeds.opml\n").added == ("f",)


@pytest.mark.parametrize(
    "error", [Refused("a private address: only public ones are read"), TooLarge("larger than 2 MB")]
)
def test_an_address_that_is_refused_is_told_and_changes_nothing(
    answers: Answers, files: Files, error: FetchError
) -> None:
    files.there["http://10.0.0.1/"] = error
    assert str(error) in said(answers, "/import http://10.0.0.1/").summary
    assert texts(answers) == []


def test_what_lies_at_an_address_is_no_address_again(answers: Answers, files: Files) -> None:
    files.there["https://ada.org/"] = "https://10.0.0.1/feed"
    assert take(answers, "https://ada.org/").added == ("https://10.0.0.1/feed",)
    assert files.asked == ["https://ada.org/"]


@pytest.mark.parametrize(
    "text", ["https://github.com/ada/nets", "https://arxiv.org/abs/1703.06870", "https://a.org/f x"]
)
def test_a_list_of_one_is_not_fetched(answers: Answers, files: Files, text: str) -> None:
    take(answers, text)
    assert files.asked == []


def test_a_list_on_github_is_fetched(answers: Answers, files: Files) -> None:
    url = "https://github.com/ada/nets/raw/main/list.txt"
    files.there[url] = "robots"
    assert take(answers, url).added == ("robots",)


# Room


@pytest.mark.parametrize(("alone", "room"), [(True, 20), (False, 100)])
def test_ten_thousand_feeds_take_less_than_a_second(answers: Answers, storage: Storage, alone: bool, room: int) -> None:
    text = opml([f"https://b{n}.example.org/feed.xml" for n in range(10_000)])
    began = time.process_time()
    answer = said(answers, "/import", ADA if alone else GROUP, file=text, alone=alone)
    assert time.process_time() - began < 1
    assert answer.summary == f"Taken in: {room} subscriptions."
    assert f"No room for {10_000 - room:,} more: {room} subscriptions" in _words(answer)
    assert storage.database.value("SELECT count(*) FROM feeds WHERE source = 'rss'") == room


def test_what_finds_no_room_is_counted_once_and_what_is_there_needs_none(answers: Answers) -> None:
    take(answers, "a1\nb1\nc1", most=3)
    again = take(answers, "c1\nd1\nD1\nb1\ne1\ncolour:blue", most=3)
    assert (again.added, again.known, again.beyond, again.unread) == ((), 2, 3, ())


def test_a_private_chat_has_room_for_twenty(answers: Answers) -> None:
    assert MOST_ALONE == 20
    assert "Taken in: 20 subscriptions." in said(answers, "/import", file="\n".join(f"w{n}" for n in range(30))).summary


def test_mutes_have_their_end_and_their_limit(answers: Answers, storage: Storage) -> None:
    ended = {"text": "ended", "until": "2026-03-05T06:00:00Z"}
    coming = {"text": "coming", "until": "2026-03-05T06:00:01Z"}
    many = [{"text": f"w{n}", "until": None} for n in range(MOST_MUTES)]
    answer = take(answers, ours(mutes=[ended, coming, {"text": "("}, *many]))
    assert (answer.mutes, answer.no_room, len(answer.unread)) == (MOST_MUTES, 1, 1)
    first = answers.settling.settings(ADA).mutes[0]
    assert (first.text, first.until) == ("coming", NOW + timedelta(seconds=1))


# What is taken


def test_everything_is_taken_and_taking_it_twice_adds_nothing(answers: Answers, storage: Storage) -> None:
    first = take(answers, ours(**EVERYTHING))
    assert first.added == ("diffusion cat:cs.CV", "Ada writes", "id:2603.00001")
    assert (first.mutes, first.saved, first.hidden, first.settings, first.known) == (2, 1, 1, True, 0)
    before = storage.database.rows("SELECT * FROM subscriptions, chats, mutes, votes, hidden_links")
    again = take(answers, ours(**EVERYTHING))
    assert (again.added, again.mutes, again.saved, again.hidden, again.settings) == ((), 0, 0, 0, False)
    assert again.known == 7
    assert storage.database.rows("SELECT * FROM subscriptions, chats, mutes, votes, hidden_links") == before


def test_each_thing_is_as_the_file_says(answers: Answers, storage: Storage) -> None:
    take(answers, ours(**EVERYTHING))
    mine = [(one.subscription, one.feed) for one in answers.subscriptions(ADA).mine]
    assert [(one.text, one.rhythm, one.priority, feed and feed.name) for one, feed in mine] == [
        ("diffusion cat:cs.CV", Rhythm.DAILY, False, None),
        ("https://ada.org/feed.xml", Rhythm.AT_ONCE, True, "Ada writes"),
        ("id:2603.00001", Rhythm.AT_ONCE, False, None),
    ]
    told = answers.settling.settings(ADA)
    assert (told.pace.zone, told.pace.quiet, told.pace.budget) == ("Europe/Berlin", Quiet(22 * 60, 7 * 60), 7)
    assert told.next_digest is not None
    assert [mute.text for mute in told.mutes] == ["survey", "au:smith"]
    assert answers.code("2603.00001", chat=ADA).hidden == 1  # type: ignore[union-attr]  # because: it is found
    chat = storage.chats.find(ADA)
    assert chat
    assert storage.votes.saved(chat.key) == ((1, NOW - timedelta(days=4, hours=6)),)


def test_what_is_there_already_stays_as_it_is(answers: Answers, storage: Storage) -> None:
    answers.subscribe(ADA, "Diffusion  cat:cs.CV")
    chat = storage.chats.find(ADA)
    assert chat
    with storage.write():
        storage.database.execute("INSERT INTO votes VALUES (?, 1, -1, 0)", (chat.key,))
    answer = take(answers, ours(**EVERYTHING))
    assert (len(answer.added), answer.saved, answer.known) == (2, 0, 2)
    assert answers.subscriptions(ADA).mine[0].subscription.rhythm is Rhythm.AT_ONCE
    assert storage.votes.saved(chat.key) == ()


def test_a_subscription_from_a_file_finds_what_one_from_subscribe_finds(answers: Answers, storage: Storage) -> None:
    take(answers, "deep nets -survey")
    answers.subscribe(GROUP, "deep nets -survey")
    rows = storage.database.rows("SELECT term FROM subscription_terms ORDER BY subscription, term")
    assert rows[: len(rows) // 2] == rows[len(rows) // 2 :] != []


def test_a_paper_that_is_waited_for_is_looked_for(answers: Answers, storage: Storage) -> None:
    with storage.write():
        storage.papers.store(paper("2603.00009", "No Code Yet"), NOW)
    take(answers, "2603.00009")
    assert storage.papers.get(2).next_look_at == NOW


def test_feeds_are_due_and_what_they_have_counts_as_seen(answers: Answers, storage: Storage) -> None:
    take(answers, "https://ada.org/feed.xml x\nhttps://ada.org/feed.xml")
    (feed,) = storage.feeds.due(Source.RSS, NOW)
    assert (feed.url, feed.succeeded_at) == ("https://ada.org/feed.xml", None)


def test_what_came_while_nobody_followed_a_feed_counts_as_seen_too(answers: Answers, storage: Storage) -> None:
    take(answers, ours(**EVERYTHING))
    with storage.write():
        storage.database.execute("UPDATE feeds SET succeeded_at = 1")
    take(answers, ours(**EVERYTHING), GROUP)
    assert storage.feeds.all(Source.RSS)[0].succeeded_at is not None  # somebody followed it all the time
    for address in (ADA, GROUP):
        answers.unsubscribe(address, "all")
    take(answers, ours(**EVERYTHING))
    assert storage.feeds.all(Source.RSS)[0].succeeded_at is None


def test_what_of_a_feed_is_wanted_goes_along_and_comes_in_once(answers: Answers, storage: Storage) -> None:
    url = "https://ada.org/feed.xml"
    whole, by_name = {"feed": url, "name": "Ada"}, {"feed": url, "name": "Ada", "text": "feed:ada bees -wax"}
    answer = take(answers, ours(subscriptions=[whole, by_name, {"feed": url, "text": "ti:honey"}]))
    take(answers, f"{url} au:lin")
    assert (answer.feeds, answer.unread) == (3, ())
    wanted = [url, "feed:ada bees -wax", f"feed:{url} ti:honey", f"{url} au:lin"]
    assert texts(answers) == wanted
    assert {one.feed for one in storage.subscriptions.of_feed(1)} == {1}
    take(answers, str(answers.moving.pack(ADA).content), GROUP)
    assert texts(answers, GROUP) == wanted
    for text in (f"{url} au:lin", str(answers.moving.pack(GROUP).content)):
        assert take(answers, text).added == ()
    assert answers.moving.pack_feeds(ADA, title="x").others == 3


@pytest.mark.parametrize("line", ["feed:ada bees", "feed:ada", "https://ada.org/feed.xml cat:cs.CV"])
def test_a_feed_without_its_address_or_with_what_only_papers_have_is_not_taken(
    answers: Answers, storage: Storage, line: str
) -> None:
    answer = take(answers, f"nets\n{line}")
    assert (answer.added, len(answer.unread)) == (("nets",), 1)
    assert storage.feeds.all(Source.RSS) == ()


def test_a_feed_is_no_mute(answers: Answers) -> None:
    answer = take(answers, ours(mutes=[{"text": "feed:ada bees"}, {"text": "wax"}]))
    assert (answer.mutes, len(answer.unread)) == (1, 1)


def test_a_page_that_is_read_anyhow_is_no_feed_to_follow(answers: Answers, storage: Storage) -> None:
    with storage.write():
        storage.feeds.want(Source.TRENDING, "https://github.com/trending", "daily", now=NOW, interval_s=1, trusted=True)
    answer = take(answers, opml(["https://github.com/trending"]))
    assert answer.added == ()
    assert "read this page anyhow" in answer.unread[0].why


# Papers that aren't known


def test_unknown_papers_are_asked_for_and_what_the_file_calls_them_is_not_believed(
    answers: Answers, storage: Storage, arxiv: FakeArxiv
) -> None:
    arxiv.has(FetchedPaper((arxiv_id("2501.00001"),), "Its Real Title"))
    saved = [{"paper": "2501.00001", "title": "SPAM"}, {"paper": "2501.00002"}, {"paper": "10.1000/x"}]
    answer = take(answers, ours(saved=saved))
    assert (answer.saved, answer.unknown, answer.trouble) == (1, 2, "")
    assert arxiv.asked == [("look_up", ("2501.00001", "2501.00002"))]
    assert [one.title for one in answers.moving.pack(ADA).luggage.saved] == ["Its Real Title"]
    assert storage.papers.find(arxiv_id("2501.00002")) is None


def test_where_arxiv_does_not_answer_the_rest_is_taken_and_later_the_papers(answers: Answers, arxiv: FakeArxiv) -> None:
    arxiv.has(FetchedPaper((arxiv_id("2501.00001"),), "Its Real Title"))
    arxiv.fail("look_up", FetchError("HTTP 503"))
    text = ours(**{**EVERYTHING, "saved": [{"paper": "2501.00001"}]})
    words = _words(said(answers, "/import", file=text))
    assert "1 saved paper or hidden link is unknown to me; arXiv can't be asked just now (HTTP 503)" in words
    arxiv.mend()
    assert said(answers, "/import", file=text).summary == "Taken in: 1 saved paper."


def test_a_link_that_is_unknown_here_is_counted(answers: Answers) -> None:
    hidden = [
        {"paper": "2603.00001", "repository": "ada/other"},
        {"paper": "2603.00001", "repository": "ada/NETS"},
        {"paper": "2603.00001", "repository": "ada/nets"},
    ]
    answer = take(answers, ours(hidden=hidden))
    assert (answer.unknown, answer.hidden, answer.known) == (1, 1, 1)


# From one chat to another


def test_what_one_platforms_chat_exports_another_ones_takes_in_whole(answers: Answers) -> None:
    take(answers, ours(**EVERYTHING))
    there = answers.moving.pack(ADA).content
    take(answers, there, SLACK)
    assert packed(answers, SLACK) == packed(answers, ADA)
    assert take(answers, answers.moving.pack(SLACK).content).added == ()


def test_nothing_but_what_it_says_is_in_a_file(answers: Answers, storage: Storage) -> None:
    take(answers, ours(**EVERYTHING), SLACK)
    content = answers.moving.pack(SLACK).content
    assert "T1" not in content
    assert "C1" not in content
    assert set(json.loads(content)) == {"format", "version", "exported", *EVERYTHING}


def test_a_chat_that_has_nothing_exports_its_settings(answers: Answers) -> None:
    answer = said(answers, "/export")
    assert answer.summary == "All that this chat has: its settings."
    assert said(answers, "/import", file=_file(answer).content).summary == "Nothing new in that."


def test_feeds_go_out_as_opml_and_come_in_again(answers: Answers) -> None:
    take(answers, ours(**EVERYTHING))
    answer = said(answers, "/export opml")
    assert "2 of its subscriptions are no feeds" in _words(answer)
    assert _file(answer).name == "paperwire.opml"
    assert take(answers, _file(answer).content, SLACK).added == ("Ada writes",)


def test_many_saved_papers_and_hidden_links_go_along(answers: Answers, storage: Storage) -> None:
    keys = [linked_paper(storage, f"2602.{n:05}", f"bob/r{n}", title=f"Paper {n}") for n in range(1100)]
    chat = storage.chats
    with storage.write():
        me = chat.meet(ADA, NOW).key
        for key in keys:
            storage.votes.save_unless_said(me, key, NOW)
            chat.hide(me, storage.links.of_paper(key)[0].key)
    luggage = answers.moving.pack(ADA).luggage
    assert (len(luggage.saved), len(luggage.hidden)) == (1100, 1100)
    answer = take(answers, answers.moving.pack(ADA).content, SLACK)
    assert (answer.saved, answer.hidden, answer.no_room) == (1100, 1000, 100)


def _file(message: Message) -> File:
    (file,) = (part for part in message.parts if isinstance(part, File))
    return file


def _words(message: Message) -> str:
    return str(message.parts)
