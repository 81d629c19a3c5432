"""Looking into a repository: is there code, by which framework, and does it say whose paper it belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bot.domain.code import ContentState
from bot.domain.link import Claim, Evidence, EvidenceKind
from bot.domain.paper import Paper
from bot.domain.repository import Repository, RepositoryAddress
from bot.rules import citing, contents, frameworks
from storage import Storage

_CITATION: Final = "CITATION.cff"
_LIST: Final = 20  # a README that cites so many papers is a list of them


class Inside(Protocol):
    """What is in a repository. Each method makes one request, and raises FetchError."""

    def readme(self, address: RepositoryAddress) -> str | None: ...
    def paths(self, address: RepositoryAddress) -> tuple[str, ...] | None: ...
    def file(self, address: RepositoryAddress, path: str) -> str | None: ...
    def released(self, address: RepositoryAddress) -> bool: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found inside: `cited` has, by a paper's key, how the repository speaks of it.

    `listed`: its files could be told, so that what isn't found isn't there.
    """

    contents: contents.Contents
    frameworks: tuple[str, ...]
    cited: tuple[tuple[int, Evidence], ...]
    released: bool = False
    listed: bool = False


def look_inside(inside: Inside, repository: Repository, papers: Sequence[Paper]) -> Seen:
    """At most seven requests: README, list of files, three of them for the framework, the citation file, a release.

    Raises FetchError.
    """
    address = repository.address
    readme, paths = inside.readme(address), inside.paths(address)
    files = {path: text for path in frameworks.wanted(paths or ()) if (text := inside.file(address, path)) is not None}
    held = contents.judge(paths, readme)
    citation = inside.file(address, _CITATION) if _CITATION in (paths or ()) else None
    return Seen(
        held,
        frameworks.frameworks(files, readme=readme or "", language=repository.language),
        (
            *cited(address, readme or "", papers),
            *cited(address, f"{repository.description}\n{citation or ''}", papers, kind=EvidenceKind.DESCRIPTION),
        ),
        released=bool(paths) and held.state is ContentState.SOURCE and inside.released(address),
        listed=bool(paths),
    )


def cited(
    address: RepositoryAddress, text: str, papers: Sequence[Paper], *, kind: EvidenceKind = EvidenceKind.README
) -> list[tuple[int, Evidence]]:
    """By a paper's key, how a README or another text of a repository speaks of it; a list of papers speaks of none."""
    if len(citing.cited_papers(text)) > _LIST:
        return []
    found = ((p.key, citing.cites(text, arxiv=p.arxiv, ids=p.ids, title=p.title)) for p in papers)
    where = f"{address.url}#readme" if kind is EvidenceKind.README else address.url
    return [(key, Evidence(kind, where, words.snippet, words.stance)) for key, words in found if words]


def keep(storage: Storage, repository: Repository, seen: Seen, now: datetime) -> None:
    """Store what was found; its words about its papers are evidence."""
    has = seen.contents
    named = {
        "dependencies": has.dependencies,
        "tests": has.tests,
        "weights": has.weights,
        "data": has.data,
        "releases": seen.released,
    }
    hints = tuple(name for name, there in named.items() if there)
    storage.repositories.learn_inside(repository.key, has.state, seen.frameworks, hints, now, listed=seen.listed)
    for paper, evidence in seen.cited:
        storage.links.store(paper, Claim(repository.address, None, 0.0, (evidence,)), repository.key, now)
