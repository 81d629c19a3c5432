"""Which repositories a paper's own words and its sources name as its code, whose they are, and how sure that is.

The weights follow what is known of such links: a repository in an abstract is the authors' own in about 96 % of cases,
one that a person linked on Hugging Face nearly as often; one that Hugging Face's machine matched is often somebody
else's re-implementation. A name that a sentence mentions as a tool ("built on …") says little.
"""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Final

from bot.domain.link import SNIPPET_LIMIT, Claim, CodeLink, Evidence, EvidenceKind
from bot.domain.paper import FetchedPaper
from bot.domain.repository import RepositoryAddress, RepositoryState, parse_repository

SURE: Final = 0.7  # from here on a link is worth telling people about

_ADDRESS = re.compile(
    r"(?:https?\s?:\s?//\s?)?(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)/[^\s<>\"'{}|,;()\[\]]+",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:git(?:hub|lab)\.com|bitbucket\.org|codeberg\.org)/", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-Z])")
_OWN = re.compile(
    r"\b(?:our|we|this (?:work|paper))\b|\b(?:code|codes|codebase|software|implementation|source|repository|repo|toolkit|library|package|"
    r"models?|weights|checkpoints?|data|datasets?|benchmark|demo|project|materials?|resources?)\b[^.]{0,80}?\b(?:available|released?|public|"
    r"open|found|accessible|provided|shared|hosted|here|at|on|is|are|page)\b|\b(?:available|released?|open[- ]?sourced?|accessible|found) "
    r"(?:at|on|under|via|in|from)\b|\b(?:code|project(?: page)?|github|repo(?:sitory)?|website|implementation|software)\s*[:=(@]",
    re.IGNORECASE,
)
_FOREIGN = re.compile(
    r"\b(?:based on|built (?:on|upon|with)|build (?:on|upon)|adapted from|borrowed from|forked? (?:from|of)|implementation (?:of|by|from) \w+ "
    r"(?:et al|from|by)|using the|thanks to|provided by|taken from|baselines? from|compared (?:to|with)|such as|following)\b",
    re.IGNORECASE,
)
# Tools and templates that many papers name and that are hardly ever the paper's own code.
_SHARED: Final = frozenset(
    f"github.com/{slug}"
    for slug in (
        "huggingface/transformers huggingface/diffusers huggingface/trl huggingface/peft huggingface/datasets pytorch/pytorch "
        "pytorch/vision pytorch/fairseq facebookresearch/fairseq facebookresearch/detectron2 open-mmlab/mmdetection "
        "open-mmlab/mmsegmentation tensorflow/tensorflow tensorflow/models keras-team/keras google/jax jax-ml/jax google/flax "
        "scikit-learn/scikit-learn numpy/numpy nltk/nltk goodfeli/dlbook_notation vllm-project/vllm microsoft/deepspeed "
        "nvidia/megatron-lm eleutherai/lm-evaluation-harness openai/gym openai/baselines google-research/google-research "
        "rwightman/pytorch-image-models huggingface/pytorch-image-models openai/openai-python langchain-ai/langchain"
    ).split()
)
_MANY = 4  # from so many repositories on, a text is a survey rather than an announcement

# (evidence, whether the words call it their own) -> (official, confidence)
_WEIGHTS: Final[dict[tuple[EvidenceKind, bool], tuple[bool | None, float]]] = {
    (EvidenceKind.ABSTRACT, True): (True, 0.96),
    (EvidenceKind.ABSTRACT, False): (None, 0.45),
    (EvidenceKind.COMMENT, True): (True, 0.93),
    (EvidenceKind.COMMENT, False): (None, 0.45),
    (EvidenceKind.HUGGING_FACE_PERSON, True): (True, 0.90),
    (EvidenceKind.HUGGING_FACE_AUTO, False): (None, 0.50),
    (EvidenceKind.STARTER, True): (True, 0.99),
    (EvidenceKind.STARTER, False): (False, 0.99),
}
_SHARED_WEIGHT: Final[tuple[bool | None, float]] = (None, 0.2)


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
    named = [(address, m.start(), m.end()) for m in _ADDRESS.finditer(text) if (address := parse_repository(m[0]))]
    survey = len({address.id for address, _, _ in named}) >= _MANY
    return [_claim(kind, where, address, text, start, end, survey=survey) for address, start, end in named[:40]]


def _claim(
    kind: EvidenceKind, where: str, address: RepositoryAddress, text: str, start: int, end: int, *, survey: bool
) -> Claim:
    sentence = _sentence(text, start, end)
    foreign = _FOREIGN.search(sentence) is not None and not re.search(
        r"\b(?:our|we release|code (?:is|are|will))\b", sentence, re.IGNORECASE
    )
    own = _OWN.search(sentence) is not None if survey else not foreign
    official, confidence = _SHARED_WEIGHT if address.id in _SHARED else _WEIGHTS[kind, own]
    if address.name.lower().startswith("awesome"):
        official, confidence = None, min(confidence, 0.4)
    return Claim(address, official, confidence, (Evidence(kind, where, _snippet(text, start, end)),))


def _sentence(text: str, start: int, end: int) -> str:
    before = max(
        (m.end() for m in _SENTENCE_END.finditer(text, max(0, start - 300), start)), default=max(0, start - 300)
    )
    after = _SENTENCE_END.search(text, end)
    return text[before : after.start() if after else end + 100]


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
            official, confidence = _WEIGHTS.get((stated.evidence.kind, stated.official is True), (None, 0.5))
            if address.id in _SHARED and stated.evidence.kind is not EvidenceKind.STARTER:
                official, confidence = _SHARED_WEIGHT
            yield Claim(address, official, confidence, (stated.evidence,))


def _join(same: list[Claim]) -> Claim:
    """Several claims of one repository: independent evidence adds up, the surest one says whose it is."""
    best = max(same, key=lambda claim: claim.confidence)
    doubt = 1.0
    for _, of_kind in groupby(sorted(same, key=lambda c: c.evidence[0].kind), key=lambda c: c.evidence[0].kind):
        doubt *= 1 - max(claim.confidence for claim in of_kind)
    evidence = dict.fromkeys(e for claim in same for e in claim.evidence)
    once = {(e.kind, e.where): e for e in reversed(evidence)}
    official = (
        best.official if best.official is not None else next((c.official for c in same if c.official is not None), None)
    )
    address = next((claim.address for claim in same if not claim.address.path), best.address)
    return Claim(address, official, round(min(0.99, 1 - doubt), 3), tuple(reversed(once.values())))
