"""Through storage's index exactly those subscriptions are found that a plain reading of all of them would find."""

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.chat import Address, Subscription
from bot.domain.news import NewsKind
from bot.errors import BadQuery
from bot.rules.matching import document, matches
from bot.rules.query import Query, parse
from bot.rules.terms import Asked, paper_terms, query_terms
from storage import Storage
from tests.builders import NOW
from tests.plain_queries import WORDS, Plain, Seen, papers, queries


class _Undone(Exception):
    pass


@contextmanager
def undone(storage: Storage) -> Iterator[None]:
    """Writing whose traces are gone afterwards."""
    try:
        with storage.write():
            yield
            raise _Undone
    except _Undone:
        pass


def understood(text: str) -> Query | None:
    try:
        return parse(text)
    except BadQuery:
        return None


def add(storage: Storage, text: str, rarity: dict[str, int]) -> Subscription:
    chat = storage.chats.meet(Address("console", "ada"), NOW)
    return storage.subscriptions.add(chat.key, text, query_terms(parse(text), rarity), NOW)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(queries, min_size=5, max_size=25),
    st.lists(papers, min_size=2, max_size=5),
    st.dictionaries(st.sampled_from(WORDS), st.integers(0, 9)),
)
def test_the_index_finds_what_a_plain_reading_of_all_subscriptions_finds(
    storage: Storage, plains: list[Plain], seen: list[Seen], rarity: dict[str, int]
) -> None:
    known = [plain for plain in plains if understood(plain.text)]
    with undone(storage):
        means = {add(storage, plain.text, rarity).key: plain.means for plain in known}
        for one in seen:
            paper = document(one.paper, one.links)
            for kind in (NewsKind.CODE, NewsKind.PAPER, NewsKind.STATE):
                under = storage.subscriptions.under(paper_terms(paper, kind))
                told = [
                    s.key
                    for s, certain in under
                    if certain or (kind in (query := parse(s.text)).kinds and matches(query, paper))
                ]
                wanted = {key for key, meaning in means.items() if meaning(one)}
                of_kind = {s.key for s in storage.subscriptions.of_chat(1) if kind in parse(s.text).kinds}
                assert sorted(told) == sorted(wanted & of_kind)


def test_pairs_are_found_by_both_of_their_terms_only(storage: Storage) -> None:
    with storage.write():
        key = add(storage, "diffusion cat:cs.CV", {}).key
        other = add(storage, "diffusion policy", {"policy": 1}).key
        new = add(storage, "diffusion kind:papers policy", {"policy": 1}).key

    def under(*terms: str, prefix: str = "") -> list[int]:
        return sorted(s.key for s, _ in storage.subscriptions.under(Asked(terms, prefix)))

    assert under("diffusion", "cat:cs.cv") == [key]
    assert under("diffusion", "policy") == [other, new]
    assert under("diffusion", "policy", prefix="new ") == [new]
    assert under("diffusion", "cat:cs", "diff", "diffusion&", "") == []
    assert under("policy", "cat:cs.cv") == []


def test_who_stands_in_several_places_is_found_once_and_for_certain_where_any_says_all(storage: Storage) -> None:
    with storage.write():
        key = add(storage, "au:bengio OR (flow -video)", {}).key
    found = [(s.key, certain) for s, certain in storage.subscriptions.under(Asked(("flow", "au:bengio", "video")))]
    assert found == [(key, True)]
    assert [certain for _, certain in storage.subscriptions.under(Asked(("flow", "video")))] == [False]


def test_candidates_come_chat_by_chat_as_they_speak(storage: Storage) -> None:
    with storage.write():
        ada, bob = (storage.chats.meet(Address("console", name), NOW).key for name in ("ada", "bob"))
        places = query_terms(parse("flow"), {})
        keys = [storage.subscriptions.add(chat, "flow", places, NOW).key for chat in (bob, ada, bob, ada)]
        storage.subscriptions.route(keys[1], bob)
    found = [(s.speaks_in, s.key) for s, _ in storage.subscriptions.under(Asked(("flow",)))]
    assert found == [(ada, keys[3]), (bob, keys[0]), (bob, keys[1]), (bob, keys[2])]
