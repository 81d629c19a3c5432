"""Looking into a repository: is there code, by which framework, and does it say whose paper it belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bot.domain.link import Claim, Evidence, EvidenceKind
from bot.domain.paper import Paper
from bot.domain.repository import Repository, RepositoryAddress
from bot.rules import citing, contents, frameworks
from storage import Storage

_LIST: Final = 20  # a README that cites so many papers is a list of them


class Inside(Protocol):
    """What is in a repository. Each method makes one request, and raises FetchError."""

    def readme(self, address: RepositoryAddress) -> str | None: ...
    def paths(self, address: RepositoryAddress) -> tuple[str, ...] | None: ...
    def file(self, address: RepositoryAddress, path: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found inside: `cited` has, by a paper's key, how the README speaks of it."""

    contents: contents.Contents
    frameworks: tuple[str, ...]
    cited: tuple[tuple[int, Evidence], ...]


def look_inside(inside: Inside, repository: Repository, papers: Sequence[Paper]) -> Seen:
    """At most five requests: the README, the list of files, and three of them. Raises FetchError."""
    address = repository.address
    readme, paths = inside.readme(address), inside.paths(address)
    names = frameworks.wanted(paths or ())
    files = {path: text for path in names if (text := inside.file(address, path)) is not None}
    return Seen(
        contents.judge(paths, readme),
        frameworks.frameworks(files, readme=readme or "", language=repository.language),
        tuple(cited(address, readme or "", papers)),
    )


def cited(address: RepositoryAddress, readme: str, papers: Sequence[Paper]) -> list[tuple[int, Evidence]]:
    """By a paper's key, how a README speaks of it; a list of papers speaks of none."""
    if len(citing.cited_papers(readme)) > _LIST:
        return []
    found = ((p.key, citing.cites(readme, arxiv=p.arxiv, ids=p.ids, title=p.title)) for p in papers)
    return [
        (key, Evidence(EvidenceKind.README, f"{address.url}#readme", words.snippet, words.stance))
        for key, words in found
        if words
    ]


def keep(storage: Storage, repository: Repository, seen: Seen, now: datetime) -> None:
    """Store what was found; its words about its papers are evidence."""
    has = seen.contents
    named = {"dependencies": has.dependencies, "tests": has.tests, "weights": has.weights, "data": has.data}
    hints = tuple(name for name, there in named.items() if there)
    storage.repositories.learn_inside(repository.key, has.state, seen.frameworks, hints, now)
    for paper, evidence in seen.cited:
        storage.links.store(paper, Claim(repository.address, None, 0.0, (evidence,)), repository.key, now)
