"""The small things that tests are made of: papers, repositories, subscriptions, tells."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.chat import Address, Chat
from bot.domain.link import Claim, Evidence, EvidenceKind
from bot.domain.news import Alert, Delivery, News, NewsKind, Planned, Tell
from bot.domain.paper import Announcement, FetchedPaper, PaperId, arxiv_id
from bot.domain.repository import Repository, RepositoryAddress, RepositoryFacts
from bot.domain.stars import Happening, StarSample, Surge
from bot.rules import linking, query, sampling
from bot.rules.terms import query_terms
from storage import Storage

NOW = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
CODE_AT = "Code: https://github.com/ada/nets"


def paper(
    arxiv: str = "2603.00001",
    title: str = "Deep Nets",
    *,
    version: int = 1,
    announcement: Announcement | None = Announcement.NEW,
    ids: Sequence[PaperId] = (),
    **rest: object,
) -> FetchedPaper:
    """A paper as arXiv announces it; `rest` are FetchedPaper's other fields."""
    told = FetchedPaper((arxiv_id(arxiv), *ids), title, version=version, announcement=announcement)
    return replace(told, **rest)  # type: ignore[arg-type]  # because: replace checks the names when it runs


def claim(slug: str, *, official: bool | None = True, where: str = "v1") -> Claim:
    """A claim from an abstract; of a community repository, from the archive."""
    owner, _, name = slug.partition("/")
    address = RepositoryAddress("github.com", owner, name)
    kind = EvidenceKind.ARCHIVE if official is False else EvidenceKind.ABSTRACT
    evidence = Evidence(kind, where, "words around it", official)
    found = linking.verdict((evidence,), address)
    return Claim(address, found.official, found.confidence, (evidence,))


def facts(slug: str, number: int, *, stars: int = 10) -> RepositoryFacts:
    owner, _, name = slug.partition("/")
    return RepositoryFacts(RepositoryAddress("github.com", owner, name), number, stars=stars)


def chat(storage: Storage, name: str = "ada", *, platform: str = "telegram", topic: str = "") -> Chat:
    with storage.write():
        return storage.chats.meet(Address(platform, name, topic=topic), NOW)


def subscribe(storage: Storage, text: str, who: str = "ada", *, at: datetime = NOW, platform: str = "telegram") -> Chat:
    """A chat with a subscription that is made like the ones from /subscribe."""
    subscriber = chat(storage, who, platform=platform)
    terms = query_terms(query.parse(text), {})
    with storage.write():
        storage.subscriptions.add(subscriber.key, text, terms, at)
    return subscriber


def follow(
    storage: Storage, feed: int, who: str = "ada", *, at: datetime = NOW, text: str = "https://a.test/feed"
) -> Chat:
    follower = chat(storage, who)
    with storage.write():
        storage.subscriptions.add(follower.key, text, (), at, feed=feed)
    return follower


def tell(
    to: Chat,
    subject: int,
    kind: NewsKind = NewsKind.CODE,
    *,
    at: datetime = NOW,
    due: datetime = NOW,
    folded: bool = False,
) -> Planned:
    return Planned(Tell(to.key, News(kind, subject, at), ("nets",), due, folded))


def surge_alert(to: Chat, *, name: str = "nets", quiet_days: int = 28) -> Delivery:
    """What a chat hears of a repository that has gained 184 stars in a day after weeks of 3 a day."""
    days = [NOW - timedelta(days=quiet_days + 1 - at) for at in range(quiet_days + 1)]
    counts = [StarSample(day, 1020 - 3 * (quiet_days - at)) for at, day in enumerate(days)]
    found = Surge(1, 184, 3.2, 1e-12, NOW.date() - timedelta(days=1), 1204)
    curve = sampling.curve(f"ada/{name}", [*counts, StarSample(NOW, 1204)], [(found, NOW)])
    about = Repository(5, "github.com", "ada", name, stars=1204)
    told = Happening(7, about, NewsKind.SURGE, "2026-03-05", "", NOW, found, 1204, curve=curve)
    alert = Alert(1, NewsKind.SURGE, NOW, ("nets kind:surges",), happening=told)
    return Delivery(1, to, (alert,), folded=False, attempts=0, due_at=NOW)


def due(storage: Storage, *, now: datetime = NOW) -> tuple[Repository, ...]:
    """All repositories that would be looked at now."""
    return storage.repositories.due(now, 1000, spare=1000)


def claim_all(storage: Storage, *, now: datetime = NOW, platform: str = "telegram") -> tuple[Delivery, ...]:
    with storage.write():
        due = [key for key, _ in storage.outbox.due(platform, now=now, limit=1000)]
        keys = storage.outbox.claim(due, now=now, lease_until=now + timedelta(minutes=2))
    return storage.outbox.deliveries(keys)


def linked_paper(
    storage: Storage, arxiv: str = "2603.00001", slug: str = "ada/nets", *, title: str = "Deep Nets"
) -> int:
    """A stored paper with one official link; its key."""
    with storage.write():
        key = storage.papers.store(paper(arxiv, title), NOW).paper.key
        repository = storage.repositories.meet(claim(slug).address, NOW)
        storage.links.store(key, claim(slug), repository.key, NOW)
    return key
