"""Looking into repositories: a placeholder is no code, and becomes news when it is filled."""

from datetime import timedelta

import pytest

from bot.domain.code import CodeState, ContentState
from bot.domain.feed import Source
from bot.domain.link import EvidenceKind
from bot.domain.news import NewsKind
from bot.domain.paper import arxiv_id
from bot.domain.repository import RepositoryAddress
from bot.errors import FetchError, RateLimited
from bot.ingest import ingest
from storage import Storage
from tests.builders import CODE_AT, paper, subscribe
from tests.jobs.wire import Wire

A = "2603.00001"
SOON = "# nets\n\nCode coming soon.\n"
CITES = f"# nets\n\nOfficial implementation of Deep Nets (arXiv:{A}).\n\n    python train.py\n"


@pytest.fixture
def hub(storage: Storage) -> Wire:
    """A chat that cares about nets, and a paper that has just named ada/nets."""
    wire = Wire(storage)
    wire.feed(Source.GITHUB, "repositories")
    wire.github.repository("ada/nets", number=5)
    return wire


def announce(wire: Wire, text: str = CODE_AT, *, words: str = "nets") -> None:
    subscribe(wire.storage, words)
    with wire.storage.write():
        ingest(wire.storage, [paper(abstract=text)], now=wire.now)


def state(wire: Wire) -> CodeState:
    found = wire.storage.papers.find(arxiv_id(A))
    assert found is not None
    return found.code_state


def kinds(wire: Wire) -> list[NewsKind]:
    return [kind for _, kind, _ in wire.told()]


def test_code_that_is_there_is_told_once_somebody_has_looked_inside(hub: Wire) -> None:
    announce(hub)
    hub.poll(Source.GITHUB)
    assert state(hub) is CodeState.RELEASED
    assert kinds(hub) == [NewsKind.CODE]


def test_a_placeholder_is_not_told_and_is_told_on_the_day_on_which_it_is_filled(hub: Wire) -> None:
    hub.inside.holds("ada/nets", SOON)
    announce(hub)
    for _ in range(39):
        hub.poll(Source.GITHUB)
        hub.later(days=1)
    assert state(hub) is CodeState.PLACEHOLDER
    assert kinds(hub) == []
    hub.inside.holds("ada/nets", CITES, {"train.py": "import torch"})
    hub.poll(Source.GITHUB)
    assert state(hub) is CodeState.RELEASED
    assert kinds(hub) == [NewsKind.CODE]
    (sent,) = hub.channel.sent
    assert sent.alerts[0].event is not None
    assert sent.alerts[0].event.before is CodeState.PLACEHOLDER


def test_whoever_asked_for_it_hears_of_a_placeholder_too(hub: Wire) -> None:
    hub.inside.holds("ada/nets", SOON)
    announce(hub, words="nets code:placeholder")
    hub.poll(Source.GITHUB)
    assert kinds(hub) == [NewsKind.STATE]


def test_a_promise_is_a_state_and_news_only_for_those_who_asked(hub: Wire) -> None:
    subscribe(hub.storage, "nets code:promised", "bob")
    announce(hub, "We study nets. Code will be released upon acceptance.")
    assert state(hub) is CodeState.PROMISED
    assert [(chat, kind) for chat, kind, _ in hub.told()] == [("bob", NewsKind.STATE)]
    (event,) = hub.storage.papers.events(1)
    assert event.why == "Code will be released upon acceptance."


def test_code_that_goes_is_told_to_those_who_asked_and_code_that_returns_to_nobody_twice(hub: Wire) -> None:
    announce(hub, words="nets code:gone")
    hub.poll(Source.GITHUB)
    assert kinds(hub) == [NewsKind.CODE]
    hub.github.remove("ada/nets")
    hub.later(days=1)
    hub.poll(Source.GITHUB)
    assert state(hub) is CodeState.GONE
    assert kinds(hub) == [NewsKind.CODE, NewsKind.STATE]
    hub.github.repository("ada/nets", number=5)
    hub.later(days=1)
    hub.poll(Source.GITHUB)
    assert state(hub) is CodeState.RELEASED
    assert kinds(hub) == [NewsKind.CODE, NewsKind.STATE]


def test_a_readme_that_cites_the_paper_makes_the_link_as_sure_as_can_be(hub: Wire) -> None:
    hub.inside.holds("ada/nets", CITES, {"train.py": "import torch\n"})
    announce(hub)
    hub.poll(Source.GITHUB)
    (link,) = hub.storage.links.of_paper(1)
    assert {e.kind for e in link.evidence} == {EvidenceKind.ABSTRACT, EvidenceKind.README}
    assert (link.official, link.confidence) == (True, 0.99)
    assert link.repository.contents is ContentState.SOURCE
    assert link.repository.frameworks == ("pytorch",)


def test_a_look_inside_that_fails_is_told_and_the_alert_goes_all_the_same(hub: Wire) -> None:
    hub.inside.error = FetchError("HTTP 500", status=500)
    announce(hub)
    assert hub.poll(Source.GITHUB).errors == ("ada/nets: HTTP 500",)
    assert state(hub) is CodeState.NONE
    assert kinds(hub) == [NewsKind.CODE]
    hub.inside.error = None
    hub.later(hours=1)
    hub.poll(Source.GITHUB)
    assert state(hub) is CodeState.RELEASED
    assert kinds(hub) == [NewsKind.CODE]


def test_a_spent_allowance_is_waited_for(hub: Wire) -> None:
    until = hub.real_now + timedelta(minutes=40)
    hub.inside.error = RateLimited("asked to wait", retry_at=until)
    announce(hub)
    hub.poll(Source.GITHUB)
    asked = len(hub.inside.asked)
    hub.later(minutes=20)
    hub.poll(Source.GITHUB)
    assert len(hub.inside.asked) == asked
    hub.inside.error = None
    hub.later(minutes=25)
    hub.poll(Source.GITHUB)
    assert state(hub) is CodeState.RELEASED


def test_without_an_allowance_nobody_looks_inside(hub: Wire) -> None:
    hub.github.allowance = 4
    announce(hub)
    hub.poll(Source.GITHUB)
    assert hub.inside.asked == []


def test_a_repository_of_no_paper_is_not_looked_into(hub: Wire) -> None:
    hub.github.repository("bob/trees", number=6)
    with hub.storage.write():
        met = hub.storage.repositories.meet(RepositoryAddress("github.com", "bob", "trees"), hub.now)
        hub.storage.repositories.ask_for(met.key, hub.now)
    hub.poll(Source.GITHUB)
    assert hub.github.asked == ["bob/trees"]
    assert hub.inside.asked == []


def test_what_a_repository_has_is_kept_as_facts(hub: Wire) -> None:
    hub.inside.holds("ada/nets", CITES, {"train.py": "import jax", "requirements.txt": "jax", "tests/test_a.py": ""})
    hub.inside.releases.add("ada/nets")
    announce(hub)
    hub.poll(Source.GITHUB)
    (link,) = hub.storage.links.of_paper(1)
    assert link.repository.hints == ("dependencies", "tests", "releases")
    assert link.repository.frameworks == ("jax",)


def test_a_citation_file_speaks_for_a_repository_whose_readme_is_silent(hub: Wire) -> None:
    hub.inside.holds("ada/nets", "# nets", {"train.py": "", "CITATION.cff": f"preferred-citation: arXiv:{A}"})
    announce(hub)
    hub.poll(Source.GITHUB)
    (link,) = hub.storage.links.of_paper(1)
    assert {e.kind for e in link.evidence} == {EvidenceKind.ABSTRACT, EvidenceKind.DESCRIPTION}
    assert link.confidence == 0.99
