"""Which repositories a paper's own words and its sources name as its code; `weighing` says what that comes to."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from bot.domain.link import SNIPPET_LIMIT, Claim, CodeLink, Evidence, EvidenceKind
from bot.domain.paper import FetchedPaper
from bot.domain.repository import RepositoryAddress, RepositoryState, parse_repository
from bot.rules.weighing import SURE, Verdict, weigh

_SITE: Final = r"(?:git(?:hub|lab)\.\s?com|bitbucket\.\s?org|codeberg\.\s?org)/"
_HOST = re.compile(_SITE, re.IGNORECASE)
# An address, also one that was broken when its line was: "https: //…", "github. com/…", "…com/ ada/nets",
# "…/long- name/nets", "…/ada/ DeepNets." (where the name ends the sentence and is no plain word).
_ADDRESS = re.compile(
    r"(?:https?\s?:\s?/\s?/\s?)?(?<![\w.-])(?:www\.)?"
    + _SITE
    + r"(?:\s(?=[\w.-]+/[\w.-]))?(?:[\w.-]+-\s(?=[\w-]+/\w))*"
    r"(?:[\w.-]+/\s(?=[\w.-]{0,99}(?-i:[A-Z0-9_-])[\w.-]{0,99}(?:[.,;)]?$|[.,;)]\s)))?[^\s<>\"'{}|,;()\[\]]+",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-Z])")
# Words that offer what is named, words of authors about themselves, and words that call what is named somebody else's.
_OFFERED = re.compile(
    r"\b(?:codes?|codebase|software|implementation|source|repository|repo|toolkit|library|package|models?|weights"
    r"|checkpoints?|data|datasets?|benchmark|demo|project|materials?|resources?)\b[^.]{0,80}?"
    r"\b(?:available|released?|public|open|found|accessible|shared|hosted|here|at|on|is|are|page)\b"
    r"|\b(?:available|released?|open[- ]?sourced?|accessible|found) (?:at|on|under|via|in|from)\b"
    r"|\b(?:code|project(?: page)?|github|repo(?:sitory)?|website|implementation|software)\s*[:=(@]",
    re.IGNORECASE,
)
_OURS = re.compile(r"\b(?:our|we|this (?:work|paper))\b", re.IGNORECASE)
_FOREIGN = re.compile(
    r"\b(?:based (?:up)?on|(?:built|build|builds|building) (?:up)?on|built with|adapted from|borrowed from"
    r"|fork(?:ed)? (?:from|of)|implementation (?:of|by|from) \w+ (?:et al|from|by)"
    r"|using the (?:official|original|public|existing|standard|library)"
    r"|thanks to|provided by|taken from|baselines? from|such as)\b",
    re.IGNORECASE,
)
_NEW_CLAUSE = re.compile(r"[,;]|\b(?:and|is|are|was|were|be)\b")
_NEAR: Final = 80  # characters before an address in which such words speak of it
_LIST = re.compile(r"awesome|.*[-_.]awesome(?:[-_.]|$)", re.IGNORECASE)
# Tools and templates that many papers name and that are hardly ever the paper's own code.
_SHARED: Final = frozenset(
    f"github.com/{slug}"
    for slug in (
        "huggingface/transformers huggingface/diffusers huggingface/trl huggingface/peft huggingface/datasets "
        "pytorch/pytorch pytorch/vision pytorch/fairseq facebookresearch/fairseq facebookresearch/detectron2 "
        "open-mmlab/mmdetection open-mmlab/mmsegmentation tensorflow/tensorflow tensorflow/models keras-team/keras "
        "google/jax jax-ml/jax google/flax scikit-learn/scikit-learn numpy/numpy nltk/nltk goodfeli/dlbook_notation "
        "vllm-project/vllm microsoft/deepspeed nvidia/megatron-lm eleutherai/lm-evaluation-harness openai/gym "
        "openai/baselines google-research/google-research rwightman/pytorch-image-models "
        "huggingface/pytorch-image-models openai/openai-python langchain-ai/langchain"
    ).split()
)
_MANY = 4  # from so many repositories on, a text is a survey rather than an announcement


def claims(paper: FetchedPaper) -> tuple[Claim, ...]:
    """All that this telling of the paper claims, one claim a repository, the surest first."""
    found = [
        *_in_text(EvidenceKind.ABSTRACT, paper.abstract, _where(paper)),
        *_in_text(EvidenceKind.COMMENT, paper.comment or "", _where(paper)),
        *_stated(paper),
    ]
    found.sort(key=lambda claim: claim.address.id)
    joined = (_join(list(same)) for _, same in groupby(found, key=lambda claim: claim.address.id))
    return tuple(sorted(joined, key=lambda claim: -claim.confidence))


def worth_telling(link: CodeLink | Claim, state: RepositoryState = RepositoryState.UNCHECKED) -> bool:
    """Whether a link may be told as "has code": known whose, sure enough, and not known to be missing."""
    known = link.repository.state if isinstance(link, CodeLink) else state
    return link.official is not None and link.confidence >= SURE and known is not RepositoryState.MISSING


def _where(paper: FetchedPaper) -> str:
    return f"v{paper.version}" if paper.version else ""


def _in_text(kind: EvidenceKind, text: str, where: str) -> list[Claim]:
    if not _HOST.search(text):
        return []
    named = [(address, m.start(), m.end()) for m in _ADDRESS.finditer(text) if (address := _address(m[0]))]
    survey = len({address.id for address, _, _ in named}) >= _MANY
    return [_claim(kind, where, address, text, start, end, survey=survey) for address, start, end in named[:40]]


def _address(found: str) -> RepositoryAddress | None:
    return parse_repository("".join(found.split()))


def _claim(
    kind: EvidenceKind, where: str, address: RepositoryAddress, text: str, start: int, end: int, *, survey: bool
) -> Claim:
    sentence, before = _sentence(text, start, end)
    own = _OFFERED.search(sentence) is not None if survey else not _is_foreign(sentence[:before])
    return _of_one(address, Evidence(kind, where, _snippet(text, start, end), official=own or None))


def _is_foreign(before: str) -> bool:
    """Whether the words before an address call it somebody else's, and no nearer ones begin anew and call it their own.

    "Built on the code available at …" is somebody else's, "built on PyTorch and available at …" is their own.
    """
    near = before[-_NEAR:]
    foreign = max((m.end() for m in _FOREIGN.finditer(near)), default=0)
    clause = _NEW_CLAUSE.search(near, foreign)
    return foreign > 0 and not (clause and any(p.search(near, clause.start()) for p in (_OFFERED, _OURS)))


def _of_one(address: RepositoryAddress, evidence: Evidence) -> Claim:
    found = verdict((evidence,), address)
    return Claim(address, found.official, found.confidence, (evidence,))


def verdict(pieces: Sequence[Evidence], address: RepositoryAddress) -> Verdict:
    """What this evidence says of a link to a repository, or to a folder in it.

    A shared tool as a whole is hardly ever a paper's own (a folder in it may be), a list of papers never is.
    """
    shared = address.id in _SHARED and not address.path
    return weigh(pieces, shared=shared, listing=_LIST.match(address.name) is not None)


def _sentence(text: str, start: int, end: int) -> tuple[str, int]:
    """The sentence around an address, and how far into it the address begins."""
    first = max(0, start - 300)
    first = max((m.end() for m in _SENTENCE_END.finditer(text, first, start)), default=first)
    after = _SENTENCE_END.search(text, end)
    return text[first : after.start() if after else end + 100], start - first


def _snippet(text: str, start: int, end: int) -> str:
    """The words around an address, at most SNIPPET_LIMIT characters, cut at words."""
    room = max(0, SNIPPET_LIMIT - (end - start) - 2)
    left = max(0, start - room * 3 // 4)
    right = min(len(text), left + SNIPPET_LIMIT - 2)
    if left:
        left = text.find(" ", left, start) + 1 or start
    if right < len(text):
        right = max(text.rfind(" ", end, right), min(end, right))
    return ("…" if left else "") + text[left:right].strip() + ("…" if right < len(text) else "")


def _stated(paper: FetchedPaper) -> Iterable[Claim]:
    for stated in paper.stated:
        if address := parse_repository(stated.url):
            yield _of_one(address, stated.evidence)


def _join(same: list[Claim]) -> Claim:
    """Several claims of one repository as one, each place of evidence once."""
    evidence = dict.fromkeys(e for claim in same for e in claim.evidence)
    once = {(e.kind, e.where): e for e in sorted(evidence, key=lambda e: e.official is not None)}
    pieces = tuple(e for e in evidence if once[e.kind, e.where] == e)
    address = _part(same)
    found = verdict(pieces, address)
    return Claim(address, found.official, found.confidence, pieces)


def _part(same: list[Claim]) -> RepositoryAddress:
    """The part of the repository that is the paper's, as its own words have it: what others state knows no parts."""
    told = [c.address for c in same if c.evidence[0].kind in (EvidenceKind.ABSTRACT, EvidenceKind.COMMENT)]
    told = told or [c.address for c in same]
    return next((address for address in told if not address.path), told[0])
