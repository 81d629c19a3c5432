"""What all the evidence of a link comes to: whose code it is, how sure that is, and whether the sources disagree.

Each piece speaks with the voice of whoever said it first. Pieces of one voice repeat each other, so that only the
strongest counts (paperswithcode.co repeats Hugging Face, an arXiv comment the abstract); voices are independent: doubt
remains only where each of them errs. A reader's word is final.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.link import Evidence, EvidenceKind

SURE: Final = 0.7  # from here on a link is worth telling people about
BOTH_WAYS: Final = 0.99  # paper and repository name each other: published precision 1.00
LEAST: Final = 0.01
MOST: Final = 0.99

_VOICES: Final = {
    EvidenceKind.ABSTRACT: "authors",
    EvidenceKind.COMMENT: "authors",
    EvidenceKind.FULL_TEXT: "authors",
    EvidenceKind.PROJECT_PAGE: "authors",
    EvidenceKind.README: "repository",
    EvidenceKind.DESCRIPTION: "repository",
    EvidenceKind.SEARCH: "repository",  # GitHub finds by what the repository says
    EvidenceKind.HUGGING_FACE_PERSON: "hugging face",
    EvidenceKind.HUGGING_FACE_AUTO: "hugging face",
    EvidenceKind.PAPERS_WITH_CODE_COPY: "hugging face",
    EvidenceKind.PAPERS_WITH_CODE: "papers with code",
    EvidenceKind.ARCHIVE: "papers with code",
    EvidenceKind.STARTER: "starter catalogue",
}

# (kind, what it says: official, community or neither) -> how often that is right.
WEIGHTS: Final[dict[tuple[EvidenceKind, bool | None], float]] = {
    # A repository in an abstract is the authors' own in 96 %; one that a sentence names as a tool says little.
    (EvidenceKind.ABSTRACT, True): 0.96,
    (EvidenceKind.ABSTRACT, None): 0.45,
    (EvidenceKind.COMMENT, True): 0.93,
    (EvidenceKind.COMMENT, None): 0.45,
    # Only 47 % of the repositories in a full text are its own; with a sentence that says so, about 85 %.
    (EvidenceKind.FULL_TEXT, True): 0.85,
    (EvidenceKind.FULL_TEXT, None): 0.30,
    (EvidenceKind.PROJECT_PAGE, True): 0.90,
    (EvidenceKind.PROJECT_PAGE, None): 0.40,
    # Anybody may write "official" into a README: alone it is a candidate. "Unofficial" is believed.
    (EvidenceKind.README, True): 0.65,
    (EvidenceKind.README, False): 0.80,
    (EvidenceKind.README, None): 0.50,
    (EvidenceKind.DESCRIPTION, True): 0.55,
    (EvidenceKind.DESCRIPTION, False): 0.70,
    (EvidenceKind.DESCRIPTION, None): 0.45,
    (EvidenceKind.SEARCH, None): 0.20,
    # What a person linked is the paper's code; what the machine matched is often a re-implementation.
    (EvidenceKind.HUGGING_FACE_PERSON, True): 0.90,
    (EvidenceKind.HUGGING_FACE_AUTO, None): 0.50,
    (EvidenceKind.PAPERS_WITH_CODE_COPY, None): 0.50,
    (EvidenceKind.PAPERS_WITH_CODE, True): 0.90,
    (EvidenceKind.PAPERS_WITH_CODE, False): 0.85,
    (EvidenceKind.PAPERS_WITH_CODE, None): 0.60,
    (EvidenceKind.ARCHIVE, True): 0.95,
    (EvidenceKind.ARCHIVE, False): 0.90,
    (EvidenceKind.ARCHIVE, None): 0.60,
    (EvidenceKind.STARTER, True): 0.99,
    (EvidenceKind.STARTER, False): 0.99,
}
_UNKNOWN: Final = 0.3
_DISAGREE: Final = 0.6  # both sides at least so sure: the sources disagree
_SHARED: Final = 0.2  # the most that is believed of a shared tool or template
_LISTED: Final = 0.4  # and of a list of papers


@dataclass(frozen=True, slots=True)
class Verdict:
    """`official`: True, community False, undecided None. `confidence` in [0, 1] that it is the paper's code at all."""

    official: bool | None
    confidence: float
    disagree: bool = False


def weigh(pieces: Sequence[Evidence], *, shared: bool = False, listing: bool = False) -> Verdict:
    """The verdict on a link; `shared`: a tool or template of many, `listing`: a list of papers."""
    if word := _reader(pieces):
        return word
    starter = any(piece.kind is EvidenceKind.STARTER for piece in pieces)
    if (shared or listing) and not starter:
        most = _SHARED if shared else _LISTED
        return Verdict(None, min(most, _together(pieces)))
    official, community = (_together([p for p in pieces if p.official is said]) for said in (True, False))
    both = _both_ways(pieces)
    confidence = max(_together(pieces), BOTH_WAYS if both else 0.0)
    whose = None if official == community else official > community
    if whose is None and both:
        whose = True
    return Verdict(whose, round(min(max(confidence, LEAST), MOST), 3), min(official, community) >= _DISAGREE)


def _reader(pieces: Iterable[Evidence]) -> Verdict | None:
    """The last word of a reader whose word counts for all, if there is one."""
    words = [p for p in pieces if p.kind in (EvidenceKind.CONFIRMED, EvidenceKind.REJECTED)]
    if not words:
        return None
    last = max(words, key=lambda piece: (piece.last_seen is not None, piece.last_seen))
    if last.kind is EvidenceKind.REJECTED:
        return Verdict(None, 0.0)
    return Verdict(last.official, 1.0)


def _both_ways(pieces: Iterable[Evidence]) -> bool:
    """The authors name the repository, and it names their paper without calling itself somebody else's."""
    said = {(_VOICES.get(piece.kind), piece.official) for piece in pieces if piece.kind is not EvidenceKind.SEARCH}
    authors = {official for voice, official in said if voice == "authors"}
    repository = {official for voice, official in said if voice == "repository"}
    return bool(authors) and bool(repository) and False not in repository


def _together(pieces: Iterable[Evidence]) -> float:
    """How sure independent voices make it: 1 - the product of their doubts."""
    best: dict[str, float] = {}
    for piece in pieces:
        if voice := _VOICES.get(piece.kind):
            weight = WEIGHTS.get((piece.kind, piece.official), _UNKNOWN)
            best[voice] = max(best.get(voice, 0.0), weight)
    doubt = 1.0
    for weight in best.values():
        doubt *= 1 - weight
    return 1 - doubt
