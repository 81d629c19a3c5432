"""Papers and their ids. One paper has many ids (arXiv, DOI, OpenReview, ACL Anthology) and one integer key."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from bot.domain.link import Evidence

_NEW_ID = r"\d{4}\.\d{4,5}"
_OLD_ID = r"[a-z][a-z-]*(?:\.[A-Za-z]{2})?/\d{7}"
_ARXIV_ID = rf"(?P<id>{_NEW_ID}|{_OLD_ID})(?:v(?P<version>\d{{1,3}}))?"
_BARE = re.compile(rf"(?:arxiv:\s*)?{_ARXIV_ID}", re.IGNORECASE)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.{_ARXIV_ID}", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
_ARXIV_HOST = re.compile(
    r"(?:(?:www|export|[a-z]{2})\.)?arxiv\.org|(?:www\.)?ar5iv\.(?:labs\.arxiv\.)?org|ar5iv\.labs\.arxiv\.org|(?:www\.)?alphaxiv\.org"
)
_ARXIV_PATH = re.compile(
    rf"/(?:abs|pdf|html|ps|e-print|format|overview|src|dvi)/{_ARXIV_ID}(?:\.pdf)?/?", re.IGNORECASE
)
_HF_PATH = re.compile(rf"/papers/{_ARXIV_ID}(?:\.md)?/?", re.IGNORECASE)
_ACL_PATH = re.compile(
    r"/(?:anthology/)?(?P<id>(?:[A-Z]\d{2}-\d{4,5})|(?:\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+))(?:\.pdf|\.bib)?/?"
)
_IN_TEXT = re.compile(
    rf"(?:arxiv\.org/(?:abs|pdf|html)/|huggingface\.co/papers/|alphaxiv\.org/abs/|arxiv:\s*|10\.48550/arxiv\.){_ARXIV_ID}",
    re.IGNORECASE,
)


class Announcement(StrEnum):
    """How arXiv announced this version of a paper."""

    NEW = "new"
    CROSS = "cross"
    REPLACE = "replace"
    REPLACE_CROSS = "replace-cross"

    @property
    def is_replacement(self) -> bool:
        return self in (Announcement.REPLACE, Announcement.REPLACE_CROSS)


@dataclass(frozen=True, slots=True, order=True)
class PaperId:
    """An id in a scheme: arxiv, doi, openreview or acl; `value` is bare (no version, no prefix)."""

    scheme: str
    value: str

    def __str__(self) -> str:
        return f"arXiv:{self.value}" if self.scheme == "arxiv" else f"{self.scheme}:{self.value}"

    @property
    def url(self) -> str:
        return {
            "arxiv": "https://arxiv.org/abs/",
            "doi": "https://doi.org/",
            "openreview": "https://openreview.net/forum?id=",
            "acl": "https://aclanthology.org/",
        }[self.scheme] + self.value


@dataclass(frozen=True, slots=True)
class StatedRepository:
    """A repository that a source states as the paper's code, apart from the paper's own words."""

    url: str
    evidence: Evidence
    official: bool | None = None


@dataclass(frozen=True, slots=True)
class FetchedPaper:
    """A paper as one source tells it. Empty fields mean "not told", never "none".

    `comment` is None where the source has no comments field. `announced` is when the source made it known; `version`
    counts from 1 (0: not told); `names` are what people call it, beside its title.
    """

    ids: tuple[PaperId, ...]
    title: str = ""
    abstract: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    comment: str | None = None
    version: int = 0
    published: datetime | None = None
    announced: datetime | None = None
    announcement: Announcement | None = None
    stated: tuple[StatedRepository, ...] = ()
    withdrawn: bool = False
    names: tuple[str, ...] = ()

    @property
    def arxiv(self) -> str | None:
        return arxiv_of(self.ids)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as known. `enriched` is the version whose comments have been read (0: none yet); `looked_at` when other sources were asked."""

    key: int
    ids: tuple[PaperId, ...]
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    comment: str | None = None
    version: int = 0
    published: datetime | None = None
    seen_at: datetime | None = None
    changed_at: datetime | None = None
    enriched: int = 0
    looked_at: datetime | None = None

    @property
    def arxiv(self) -> str | None:
        return arxiv_of(self.ids)

    @property
    def url(self) -> str:
        return (
            min(self.ids, key=lambda i: ("arxiv", "acl", "openreview", "doi").index(i.scheme)).url if self.ids else ""
        )

    @property
    def name(self) -> str:
        """What people call it: its arXiv id, else another id, else its title."""
        return self.arxiv or (self.ids[0].value if self.ids else self.title)


def arxiv_of(ids: tuple[PaperId, ...]) -> str | None:
    return next((i.value for i in ids if i.scheme == "arxiv"), None)


def arxiv_id(value: str) -> PaperId:
    """The id as arXiv keeps it: lower case, and without an old id's subject class ("cs.LG/0101001" is "cs/0101001")."""
    archive, slash, number = value.lower().partition("/")
    return PaperId("arxiv", f"{archive.partition('.')[0]}/{number}" if slash else archive)


def doi(value: str) -> PaperId:
    """A DOI, lower-cased as its registry compares it; arXiv's own DOIs are the arXiv id."""
    value = value.rstrip(".,;)").lower()
    own = _ARXIV_DOI.fullmatch(value)
    return arxiv_id(own["id"]) if own else PaperId("doi", value)


def parse_paper_id(text: str) -> PaperId | None:
    """The id that this text as a whole is: bare, prefixed, or any address form; None when it isn't one."""
    text = text.strip().strip("<>").strip()
    if len(text) > 500:
        return None
    if bare := _BARE.fullmatch(text):
        return arxiv_id(bare["id"])
    without = re.sub(r"^(?:doi:\s*|https?://(?:dx\.|www\.)?doi\.org/)", "", text, flags=re.IGNORECASE)
    if _DOI.fullmatch(unquote(without)):
        return doi(unquote(without))
    return _id_of_url(text)


def _id_of_url(text: str) -> PaperId | None:
    if "://" not in text and not re.match(r"[\w.-]+\.(?:org|co|net|io)/", text):
        return None
    try:
        url = urlsplit(text if "://" in text else f"https://{text}")
        host, path = (url.hostname or "").lower(), unquote(url.path)
    except ValueError:
        return None
    if _ARXIV_HOST.fullmatch(host) and (found := _ARXIV_PATH.fullmatch(path)):
        return arxiv_id(found["id"])
    if host in ("huggingface.co", "www.huggingface.co", "hf.co") and (found := _HF_PATH.fullmatch(path)):
        return arxiv_id(found["id"])
    if host in ("aclanthology.org", "www.aclanthology.org", "aclweb.org", "www.aclweb.org") and (
        found := _ACL_PATH.fullmatch(path)
    ):
        return PaperId("acl", found["id"])
    if host in ("openreview.net", "www.openreview.net") and (found := re.search(r"(?:^|&)id=([\w-]+)", url.query)):
        return PaperId("openreview", found[1])
    return None


def arxiv_ids_in(text: str) -> tuple[str, ...]:
    """The arXiv ids that a running text cites by address, prefix or DOI, in order, each once."""
    return tuple(dict.fromkeys(arxiv_id(m["id"]).value for m in _IN_TEXT.finditer(text)))
