"""What leads a digest, and how what a chat voted on moves it: mildly, each way with its reason."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.code import CodeState
from bot.domain.link import CodeLink
from bot.domain.news import Alert, NewsKind
from bot.domain.paper import Paper
from bot.domain.repository import Repository
from bot.domain.vote import Vote, Voted
from bot.rules.ranking import Scored, rank, ranked
from tests.builders import NOW

WEEK = timedelta(days=7)
SAVED, LESS = Vote.SAVED, Vote.LESS


def link(slug: str = "ada/nets", *, stars: int = 0, official: bool = False, confidence: float = 0.9) -> CodeLink:
    owner, _, name = slug.partition("/")
    repository = Repository(1, "github.com", owner, name, stars=stars)
    return CodeLink(1, 1, repository, "", official, confidence, NOW)


def alert(key: int, *links: CodeLink, authors: Sequence[str] = (), categories: Sequence[str] = ()) -> Alert:
    """An alert about the paper of the same key."""
    paper = Paper(key, (), f"Nets {key}", authors=tuple(authors), categories=tuple(categories))
    return Alert(key, NewsKind.CODE, NOW, ("nets",), replace(paper, code_state=CodeState.RELEASED), links)


def order(alerts: Sequence[Alert], *votes: Voted) -> list[int]:
    return [one.key for one in ranked(alerts, until=NOW, period=WEEK, votes=votes)]


def shift(one: Alert, *votes: Voted) -> Scored:
    (scored,) = rank([one], until=NOW, period=WEEK, votes=votes)
    return scored


def liked(one: Alert, *votes: Voted) -> float:
    return dict(shift(one, *votes).parts)["liked"]


def test_without_votes_the_parts_are_what_they_were() -> None:
    scored = shift(alert(1, link(stars=9, official=True)))
    assert dict(scored.parts) == {
        "match": 1.0,
        "code": 0.6,
        "stars": 0.5,
        "official": 0.4,
        "votes": 0.0,
        "fresh": 0.5,
        "liked": 0.0,
    }
    assert scored.likings == ()


def test_what_was_called_less_of_comes_last_however_good_it_is() -> None:
    best = alert(1, link(stars=100_000, official=True))
    assert order([best, alert(2), alert(3)], Voted(1, LESS)) == [2, 3, 1]


def test_what_is_saved_comes_after_what_is_not_known_yet_and_before_what_is_not_wanted() -> None:
    alerts = [alert(1, link(stars=9)), alert(2, link(stars=99)), alert(3)]
    assert order(alerts, Voted(1, LESS), Voted(2, SAVED)) == [3, 2, 1]


def test_each_alert_is_marked_with_its_chats_vote() -> None:
    told = ranked([alert(1), alert(2), alert(3)], until=NOW, period=WEEK, votes=(Voted(1, LESS), Voted(3, SAVED)))
    assert {one.key: one.vote for one in told} == {1: LESS, 2: None, 3: SAVED}


@pytest.mark.parametrize("vote", [SAVED, LESS])
@pytest.mark.parametrize(
    ("kind", "voted", "alike"),
    [
        ("author", Voted(9, SAVED, authors=("Schrödinger Ada",)), alert(1, authors=("Schrodinger Ada", "Bob"))),
        ("category", Voted(9, SAVED, categories=("cs.CV",)), alert(1, categories=("cs.LG", "cs.CV"))),
        ("owner", Voted(9, SAVED, owner="github.com/ada"), alert(1, link("Ada/other"))),
    ],
    ids=["author", "category", "owner"],
)
def test_what_a_voted_paper_has_in_common_with_others_shifts_them_and_says_why(
    kind: str, voted: Voted, alike: Alert, vote: Vote
) -> None:
    scored = shift(alike, replace(voted, vote=vote))
    (liking,) = scored.likings
    assert liking.kind == kind
    assert (liking.shift > 0) is (vote is SAVED)
    assert dict(scored.parts)["liked"] == liking.shift
    assert scored.score == pytest.approx(shift(alike).score + liking.shift)


def test_the_reason_names_what_is_liked_as_it_is_written() -> None:
    scored = shift(alert(1, authors=("Ada Lin",), categories=("cs.CV",)), Voted(9, SAVED, ("ada lin",), ("cs.CV",)))
    assert [(liking.kind, liking.name) for liking in scored.likings] == [("author", "Ada Lin"), ("category", "cs.CV")]


def test_votes_change_the_order_of_equals() -> None:
    alerts = [alert(1, authors=("Ada Lin",)), alert(2, authors=("Bob Roy",)), alert(3)]
    votes = (Voted(8, LESS, ("Ada Lin",)), Voted(9, SAVED, ("Bob Roy",)))
    assert order(alerts, *votes) == [2, 3, 1]


def test_they_are_mild_however_many_there_are() -> None:
    votes = [Voted(n, SAVED, ("Ada Lin",), ("cs.CV",), "github.com/ada") for n in range(10, 1000)]
    everything = alert(1, link(), authors=("Ada Lin",), categories=("cs.CV",))
    assert 0.7 < liked(everything, *votes) < 0.75
    assert liked(alert(1, authors=("Ada Lin",)), *votes) < 0.3  # less than being official
    assert liked(alert(1, authors=("Ada Lin",)), votes[0]) == pytest.approx(0.1)


def test_up_and_down_cancel_out() -> None:
    votes = (Voted(8, LESS, categories=("cs.CV",)), Voted(9, SAVED, categories=("cs.CV",)))
    assert shift(alert(1, categories=("cs.CV",)), *votes).likings == ()


def test_one_liked_author_among_many_counts_as_much_as_alone_and_all_of_them_not_more() -> None:
    team = tuple(f"Author {n}" for n in range(50))
    alone = liked(alert(1, authors=("Author 7",)), Voted(9, SAVED, ("Author 7",)))
    assert liked(alert(1, authors=team), Voted(9, SAVED, ("Author 7",))) == alone
    assert liked(alert(1, authors=team), Voted(9, SAVED, team)) == alone


def test_of_a_paper_by_a_liked_and_an_unliked_author_both_count() -> None:
    votes = (Voted(8, LESS, ("Bob Roy",)), Voted(9, SAVED, ("Ada Lin",)))
    scored = shift(alert(1, authors=("Ada Lin", "Bob Roy")), *votes)
    assert [(liking.name, liking.shift > 0) for liking in scored.likings] == [("Ada Lin", True), ("Bob Roy", False)]


def test_a_link_that_is_wrong_says_nothing_of_its_owner() -> None:
    wrong = alert(1, link("ada/nets", confidence=0.0))
    assert liked(wrong, Voted(9, SAVED, owner="github.com/ada")) == 0.0


def test_an_entry_of_a_blog_is_ranked_as_before() -> None:
    entry = Alert(1, NewsKind.ENTRY, NOW, ("blog",))
    assert shift(entry, Voted(1, LESS, ("Ada",))).alert.vote is None


_votes = st.builds(
    Voted,
    st.integers(1, 6),
    st.sampled_from(Vote),
    st.lists(st.sampled_from(["Ada", "Bob", ""]), max_size=2).map(tuple),
    st.lists(st.sampled_from(["cs.CV", "cs.LG"]), max_size=2).map(tuple),
    st.sampled_from(["", "github.com/ada"]),
)
_alerts = st.lists(
    st.builds(
        alert,
        st.integers(1, 6),
        st.builds(link, stars=st.integers(0, 9), confidence=st.sampled_from([0.0, 0.9])),
        authors=st.lists(st.sampled_from(["Ada", "Bob", ""]), max_size=2),
        categories=st.lists(st.sampled_from(["cs.CV", "cs.LG"]), max_size=2),
    ),
    unique_by=lambda one: one.key,
)


@given(_alerts, st.lists(_votes, unique_by=lambda voted: voted.paper))
def test_nothing_is_lost_and_what_was_voted_on_comes_last(alerts: list[Alert], votes: list[Voted]) -> None:
    told = rank(alerts, until=NOW, period=WEEK, votes=votes)
    assert sorted(one.alert.key for one in told) == sorted(one.key for one in alerts)
    places = [{None: 0, SAVED: 1, LESS: 2}[one.alert.vote] for one in told]
    assert places == sorted(places)
    assert all(abs(dict(one.parts)["liked"]) <= 0.75 for one in told)
