"""The repositories and project pages that a running text names, and whether its words call them its own.

    found      every address of a repository, also one that was broken with its line or written in TeX
    judged     own, unless the words just before it call it somebody else's, or the text is a survey of many
    pages      the project pages that the text calls its own, on which code may be found

An address in an abstract is the authors' own unless said otherwise: so it is in some 96 cases of 100.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from bot.domain.link import SNIPPET_LIMIT
from bot.domain.repository import RepositoryAddress, parse_repository

MOST: Final = 40  # mentions read of one text
MOST_PAGES: Final = 5
_READ: Final = 200_000  # characters read of one text

# The host, also one that was broken: "github. com/", "git-⏎hub.com/"; an address for ssh has a colon behind it.
_SITES: Final = ("hub", "gitlab", "bitbucket", "codeberg")  # one of these stands in every text that names one
_SITE = re.compile(
    r"(?:https?\s{0,4}:\s{0,4}/\s?/\s{0,4})?(?<![\w.-])(?:www\.\s?)?"
    r"(?P<host>git(?:(?:-\s|\s)?hub|lab)\s?\.\s?com|bitbucket\s?\.\s?org|codeberg\s?\.\s?org)(?:\s?/|:(?=[a-z_]))",
    re.IGNORECASE,
)
# What may stand in an address; TeX writes "_" as "\_" or "{\_}".
_PIECE = re.compile(r"(?:[^\s<>\"'{}|,;()\[\]]|\{\\?[_~#%&-]\})+")
_TRAILING: Final = ".,:!?*`’”\\$"
_GAP = re.compile(r"\s{1,4}")
_MENDS: Final = 4  # gaps in one address
_WORD = re.compile(r"[\w.-]*\w")
_ENDS = re.compile(r"[.:!?]|$")
_AFTER = re.compile(r"\s{0,2}[.,;)\]}|](?!\w)|\s*$")
# Words that follow an address rather than being its end: small ones, and those that an unfinished address is spoken of.
_SMALL: Final = frozenset(
    "a also an and are as at below by for from here in is it later now of on or our respectively shortly soon that the "
    "there this to today too under upon us via was we will with".split()
)
_NO_NAME: Final = _SMALL | frozenset(
    "accepted account anonymously available code codes coming data dataset datasets demo freely github homepage link "
    "links models online only openly organisation organization page pages paper preprint project publicly published "
    "release released repo repositories repository submitted video webpage website".split()
)
# What a text says without a space behind an address: "…/nets.Our code", "…/nets.git.https://…".
_RUN_ON = re.compile(
    r"(?<=.)https?:|\.(?:Accepted|Also|An|And|Code|Data|In|Index|It|Keywords?|Note|Our|Project|The|These|This|To|"
    r"Warning|We)(?![\w./-])"
)
# Print's hyphens and dashes, and what can't be seen.
_PRINTED: Final = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-") | dict.fromkeys("\u00ad\u200b\ufeff")
)

_SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-Z])")
_SENTENCE: Final = 300  # characters on either side of an address in which its sentence is looked for
_NEAR: Final = 80  # characters before an address in which words speak of it
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
    r"|(?:integrated|incorporated) (?:in|into) (?!(?:our|this|an?)\b)[\w\\]+"
    r"|participat(?:ion|ed|e|ing) in|submi(?:ssion|tted) to the|shared task"
    r"|thanks to|provided by|taken from|baselines? from|such as)\b",
    re.IGNORECASE,
)
_NEW_CLAUSE = re.compile(r"[,;]|\b(?:and|is|are|was|were|be)\b")
_MANY: Final = 4  # from so many repositories on, a text is a survey rather than an announcement
# A page of a repository that shows somebody's contribution to it.
_CONTRIBUTION = re.compile(r"/(?:pulls?|issues|merge_requests|discussions)/\d")

_LIST = re.compile(r"awe?some|.*[-_.]awe?some(?:[-_.]|$)", re.IGNORECASE)
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

_PAGES: Final = ("http", ".io", ".google.", ".app", ".dev")  # one of these stands in every text that names one
_PAGE = re.compile(
    r"(?<![\w./@-])(?P<scheme>https?\s{0,4}:\s{0,4}/\s?/?\s{0,4})?"
    r"(?P<host>(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,18})(?![\w-]|[.@:]\w)(?P<rest>/[^\s<>\"'{}|,;()\[\]`]{0,200})?",
    re.IGNORECASE,
)
# Hosts that hold pages of projects and little else, and those on which no project page of a paper is looked for.
_PAGE_HOST = re.compile(r"[\w-]+\.(?:(?:github|gitlab)\.io|pages\.dev|netlify\.app|vercel\.app)|sites\.google\.com")
_NO_PAGE_HOST = re.compile(
    r"(?:.*\.)?(?:arxiv\.org|doi\.org|huggingface\.co|hf\.(?:co|space)|youtu\.be|(?:youtube|bilibili|vimeo|twitter|x"
    r"|linkedin|medium|reddit|facebook|dropbox|kaggle|wandb|overleaf|figshare|github|gitlab|researchgate|discord)\.com"
    r"|(?:docs|drive|play|colab\.research|scholar|forms|cloud)\.google\.com|apps\.apple\.com|bitbucket\.org|codeberg\.org"
    r"|zenodo\.org|osf\.io|openreview\.net|aclanthology\.org|aclweb\.org|semanticscholar\.org|wikipedia\.org"
    r"|modelscope\.(?:cn|ai)|codabench\.org|codalab\.org|4open\.science|paperswithcode\.(?:com|co)|pypi\.org|ieee\.org"
    r"|acm\.org|springer\.com|mdpi\.com|sciencedirect\.com|elsevier\.com|nature\.com|wiley\.com|ceur-ws\.org"
    r"|readthedocs\.io|bit\.ly|t\.co|goo\.gl|tinyurl\.com|forms\.gle|discord\.gg|archive\.org|dblp\.org)"
    r"|(?:git|gitlab|github|gitea|forge|code)\..*"
)
_CALLED_PAGE = re.compile(
    r"\b(?:(?:project|home|web|demo|companion)[- ]?(?:web)?(?:pages?|sites?)|websites?|project(?: link| url)?"
    r"|(?:code|implementation|codebase|source)\b[^.]{0,40}\b(?:available|released|found|accessible|at))\b"
    r"[^.\w]{0,6}(?:(?:is|are|at|on|in|here|see|can|be|will|publicly|available|released|found|accessible|hosted|via"
    r"|under|url|link|href|from|visit|following|the|our)\b[^.\w]{0,6}){0,6}$",
    re.IGNORECASE,
)
_OTHER_PAGE = re.compile(
    r"\b(?:workshop|challenge|competition|conference|shared task|personal)\b[^.]{0,24}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A repository that a text names from `start` to `end`, and the words around it.

    `own` says that the text's words make it the authors' own; else it is named, but perhaps somebody else's.
    """

    address: RepositoryAddress
    own: bool
    snippet: str
    start: int
    end: int


def mentions(text: str) -> tuple[Mention, ...]:
    """All repositories that a text names, in its order, each as often as it is named, at most MOST."""
    text = text[:_READ]
    if not _holds(text, _SITES):
        return ()
    named = [named for site in _SITE.finditer(text) if (named := _named(text, site))]
    survey = len({address.id for address, _, _ in named}) >= _MANY
    return tuple(
        Mention(address, _is_own(text, start, end, survey=survey), _snippet(text, start, end), start, end)
        for address, start, end in named[:MOST]
    )


def project_pages(text: str) -> tuple[str, ...]:
    """Addresses (https) of the project pages that a text names as its own, in its order, at most MOST_PAGES."""
    text = text[:_READ]
    if not _holds(text, _PAGES):
        return ()
    pages: dict[str, str] = {}
    for found in _PAGE.finditer(text):
        if (page := _page(text, found)) and len(pages) < MOST_PAGES:
            pages.setdefault(page.lower().rstrip("/"), page)
    return tuple(pages.values())


def is_shared(address: RepositoryAddress, *, title: str = "") -> bool:
    """Whether this is a tool that many papers name: as a whole (a folder in it may be a paper's own), and not by the
    paper about the tool itself, whose title begins with its name.
    """
    about = _squashed(title.partition(":")[0]) if ":" in title else ""
    return address.id in _SHARED and not address.path and not about.endswith(_squashed(address.name))


def is_list(address: RepositoryAddress) -> bool:
    """Whether this is a list of papers rather than code, by its name."""
    return _LIST.match(address.name) is not None


def _holds(text: str, words: Iterable[str]) -> bool:
    lowered = text.lower()
    return any(word in lowered for word in words)


def _squashed(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def _named(text: str, site: re.Match[str]) -> tuple[RepositoryAddress, int, int] | None:
    *_, end = (site.end(), *_ends(text, site.end()))
    written = text[site.end() : end].rstrip(_TRAILING)
    host = _joined(site["host"]).lower().replace("-", "")
    address = parse_repository(f"https://{host}/{_path(written)}")
    return (address, site.start(), site.end() + len(written)) if address else None


def _ends(text: str, at: int) -> Iterator[int]:
    """Where an address ends whose path begins at `at`: behind its first piece, and behind each that a gap cut off."""
    path = ""
    for _ in range(_MENDS):
        gap = _GAP.match(text, at)
        piece = _PIECE.match(text, gap.end() if gap else at, (gap.end() if gap else at) + 500)
        if piece is None or (gap and not _goes_on(path, piece[0], ends=_ends_sentence(text, piece))):
            return
        path += piece[0]
        at = piece.end()
        yield at


def _ends_sentence(text: str, piece: re.Match[str]) -> bool:
    bare = _WORD.match(piece[0])
    return bool(bare and (piece[0][bare.end() :] and _ENDS.match(piece[0], bare.end()))) or bool(
        _AFTER.match(text, piece.end(), piece.end() + 20)
    )


def _goes_on(path: str, piece: str, *, ends: bool) -> bool:
    """Whether an address goes on behind a gap, by its path so far, the next piece, and whether that ends a sentence."""
    owner, slash, name = path.partition("/")
    word = _WORD.match(piece)
    broken = not path or path[-1] in "-_"
    if word is None or word[0].lower() in (_SMALL if broken else _NO_NAME):
        return bool(owner and not slash and re.match(r"/[\w.-]", piece))  # "…/ada /nets"
    if not slash:  # "github.com/ ada/nets", "…/long- name/nets"
        return broken and re.match(r"[\w.-]+(?:/[\w.-]|[-_]$)", piece) is not None
    if "/" in name:
        return False
    if not name:  # "…/ada/ DeepNets."
        return ends or "_" in word[0]
    return broken and (ends or not word[0].isalpha() or not word[0].islower())


def _path(written: str) -> str:
    """The path of an address as meant: without gaps, print's hyphens and ligatures, and what runs on behind it."""
    path = unicodedata.normalize("NFKC", _joined(written).translate(_PRINTED))
    return _RUN_ON.split(path, maxsplit=1)[0]


def _joined(written: str) -> str:
    return "".join(written.split())


def _is_own(text: str, start: int, end: int, *, survey: bool) -> bool:
    sentence, before = _sentence(text, start, end)
    if _CONTRIBUTION.search(text, start, end):
        return False
    return _OFFERED.search(sentence) is not None if survey else not _is_foreign(sentence[:before])


def _is_foreign(before: str) -> bool:
    """Whether the words before an address call it somebody else's, and no nearer ones begin anew and call it their own.

    "Built on the code available at …" is somebody else's, "built on PyTorch and available at …" is their own.
    """
    near = before[-_NEAR:]
    foreign = max((m.end() for m in _FOREIGN.finditer(near)), default=0)
    clause = _NEW_CLAUSE.search(near, foreign)
    return foreign > 0 and not (clause and any(p.search(near, clause.start()) for p in (_OFFERED, _OURS)))


def _sentence(text: str, start: int, end: int) -> tuple[str, int]:
    """The sentence around an address, and how far into it the address begins."""
    first = max(0, start - _SENTENCE)
    first = max((m.end() for m in _SENTENCE_END.finditer(text, first, start)), default=first)
    after = _SENTENCE_END.search(text, end, end + _SENTENCE)
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


def _page(text: str, found: re.Match[str]) -> str | None:
    """A page's address, if it is one that the words before it call the authors' own."""
    host = found["host"].lower().removeprefix("www.")
    before = text[max(0, found.start() - _NEAR) : found.start()]
    hosted = _PAGE_HOST.fullmatch(host) is not None
    secure = hosted or _joined(found["scheme"] or "").lower().startswith("https")
    if not secure or _NO_PAGE_HOST.fullmatch(host) or _OTHER_PAGE.search(before) or _is_foreign(before):
        return None
    rest = _path(found["rest"] or "/").replace("\\", "").rstrip(_TRAILING) or "/"
    if not rest.isprintable() or not (
        _CALLED_PAGE.search(before) or (hosted and (host != "sites.google.com" or rest.strip("/")))
    ):
        return None
    return f"https://{host if hosted else found['host'].lower()}{rest}"
