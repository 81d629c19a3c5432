"""Which repositories a paper's own words and its sources name as its code; `weighing` says what that comes to."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from bot.domain.code import ContentState
from bot.domain.link import Claim, CodeLink, Evidence, EvidenceKind
from bot.domain.paper import FetchedPaper
from bot.domain.repository import RepositoryAddress, RepositoryState, parse_repository
from bot.rules.mentions import is_list, is_shared, mentions
from bot.rules.weighing import SURE, Verdict, weigh


def claims(paper: FetchedPaper) -> tuple[Claim, ...]:
    """All that this telling of the paper claims, one claim a repository, the surest first."""
    found = [
        *_in_text(EvidenceKind.ABSTRACT, paper.abstract, _where(paper)),
        *_in_text(EvidenceKind.COMMENT, paper.comment or "", _where(paper)),
        *_stated(paper),
    ]
    found.sort(key=lambda piece: piece[0].id)
    joined = (_claim(list(same), paper.title) for _, same in groupby(found, key=lambda piece: piece[0].id))
    return tuple(sorted(joined, key=lambda claim: -claim.confidence))


def worth_telling(link: CodeLink | Claim, state: RepositoryState = RepositoryState.UNCHECKED) -> bool:
    """Whether a link may be told as "has code": known whose, sure enough, not known to be missing or without source."""
    repository = link.repository if isinstance(link, CodeLink) else None
    known = repository.state if repository else state
    empty = repository is not None and repository.contents in (ContentState.EMPTY, ContentState.PLACEHOLDER)
    return link.official is not None and link.confidence >= SURE and known is not RepositoryState.MISSING and not empty


def verdict(pieces: Sequence[Evidence], address: RepositoryAddress, *, title: str = "") -> Verdict:
    """What this evidence says of the link between a paper of this title and a repository, or a folder in it.

    A shared tool as a whole is hardly ever a paper's own (unless the paper is about it; and a folder in it may be), a
    list of papers never is.
    """
    shared = is_shared(address, title=title) and not address.path
    return weigh(pieces, shared=shared, listing=is_list(address))


_Piece = tuple[RepositoryAddress, Evidence]


def _where(paper: FetchedPaper) -> str:
    return f"v{paper.version}" if paper.version else ""


def _in_text(kind: EvidenceKind, text: str, where: str) -> Iterable[_Piece]:
    for mention in mentions(text):
        yield mention.address, Evidence(kind, where, mention.snippet, official=mention.own or None)


def _stated(paper: FetchedPaper) -> Iterable[_Piece]:
    for stated in paper.stated:
        if address := parse_repository(stated.url):
            yield address, stated.evidence


def _claim(same: list[_Piece], title: str) -> Claim:
    """The pieces on one repository as a claim, each place of evidence once."""
    once = {(e.kind, e.where): e for _, e in sorted(same, key=lambda piece: piece[1].official is not None)}
    pieces = tuple(e for e in dict.fromkeys(e for _, e in same) if once[e.kind, e.where] == e)
    address = _part(same)
    found = verdict(pieces, address, title=title)
    return Claim(address, found.official, found.confidence, pieces)


def _part(same: list[_Piece]) -> RepositoryAddress:
    """The part of the repository that is the paper's, as its own words have it: what others state knows no parts."""
    told = [address for address, e in same if e.kind in (EvidenceKind.ABSTRACT, EvidenceKind.COMMENT)]
    told = told or [address for address, _ in same]
    return next((address for address in told if not address.path), told[0])
