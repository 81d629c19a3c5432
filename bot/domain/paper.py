"""Papers and their ids. One paper has many ids (arXiv, DOI, OpenReview, ACL Anthology) and one integer key."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote, unquote, urlsplit

from bot.domain.code import CodeState
from bot.domain.link import Evidence

# Digits are ASCII throughout: "\d" alone would take Arabic or full-width ones too.
_MONTH = "(?:0[1-9]|1[0-2])"
_NEW_ID = rf"(?:0[7-9]|1[0-4]){_MONTH}\.\d{{4}}|(?:1[5-9]|[2-9]\d){_MONTH}\.\d{{5}}"  # five digits since 2015
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|"
    "funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|"
    "q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_OLD_ID = rf"(?:{_ARCHIVES})(?:\.[a-z-]{{2,8}})?/\d{{7}}"
_ARXIV_ID = rf"(?P<id>{_NEW_ID}|{_OLD_ID})(?!\d)(?:v(?P<version>[1-9]\d{{0,2}}))?"
_HOW = re.IGNORECASE | re.ASCII
_BARE = re.compile(rf"(?:(?:oai:)?arxiv(?:\.org)?:\s*)?{_ARXIV_ID}(?:\s*\[[a-z.-]+\])?", _HOW)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.{_ARXIV_ID}", _HOW)
_DOI = re.compile(r"10\.[0-9]{4,9}/[^\s\"<>]+")
_DOI_URL = re.compile(r"(?:https?://)?(?:dx\.|www\.)?doi\.org/(?P<doi>[^?#]+)(?:[?#].*)?", re.IGNORECASE)
_ARXIV_HOST = re.compile(
    r"(?:(?:www|export|[a-z]{2})\.)?arxiv\.org|(?:www\.)?ar5iv(?:\.labs\.arxiv)?\.org|(?:www\.)?alphaxiv\.org"
)
_ARXIV_PATH = re.compile(rf"/(?:abs|pdf|html|ps|e-print|format|overview|src|dvi)/{_ARXIV_ID}(?:\.pdf)?/?", _HOW)
_HF_PATH = re.compile(rf"/papers/{_ARXIV_ID}(?:\.md)?/?", _HOW)
_ACL_OLD = r"[A-Z]\d{2}-\d{4,5}"
_ACL_ID = rf"(?P<id>{_ACL_OLD}|\d{{4}}\.[a-z0-9_]+-[a-z0-9_]+\.\d+)"
_ACL_PATH = re.compile(rf"/(?:anthology/)?{_ACL_ID}(?:\.pdf|\.bib)?/?", _HOW)
_OPENREVIEW_ID = r"(?P<id>[\w-]{5,40})"
_OPENREVIEW_QUERY = re.compile(rf"(?:.*&)?id={_OPENREVIEW_ID}(?:&.*)?", re.ASCII)
_PWC_PATH = re.compile(r"/paper/(?P<id>[\w-]{1,300})/?", re.ASCII)
_PREFIXED = re.compile(rf"acl:{_ACL_ID}|openreview:{_OPENREVIEW_ID.replace('<id>', '<forum>')}", _HOW)
_SITE = re.compile(r"[\w.-]+\.(?:org|com?|net|io)/", _HOW)
_CITED = r"arxiv\.org/(?:abs|pdf|html)/|huggingface\.co/papers/|alphaxiv\.org/abs/|arxiv:\s*|10\.48550/arxiv\."
_IN_TEXT = re.compile(rf"(?:{_CITED}){_ARXIV_ID}", _HOW)


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
    """An id in a scheme: arxiv, doi, openreview, acl or pwc; `value` is bare (no version, no prefix).

    pwc is the name that the archive of Papers With Code has for it: its site is gone.
    """

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
            "pwc": "https://paperswithcode.com/paper/",
        }[self.scheme] + quote(self.value, safe="/:;()._-")


@dataclass(frozen=True, slots=True)
class StatedRepository:
    """A repository that a source states as the paper's code, apart from the paper's own words."""

    url: str
    evidence: Evidence


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
    upvotes: int | None = None

    @property
    def arxiv(self) -> str | None:
        return arxiv_of(self.ids)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as known.

    `enriched` is the version whose comments have been read (0: none yet), `read_version` that whose full text has been;
    `looked_at` is when other sources were asked for its code, `next_look_at` when they are asked again, `rung` how
    many such looks lie behind it; `upvotes` are Hugging Face's.
    """

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
    next_look_at: datetime | None = None
    rung: int = 0
    read_version: int = 0
    code_state: CodeState = CodeState.NONE
    upvotes: int | None = None

    @property
    def arxiv(self) -> str | None:
        return arxiv_of(self.ids)

    @property
    def url(self) -> str:
        return (
            min(self.ids, key=lambda i: ("arxiv", "acl", "openreview", "doi", "pwc").index(i.scheme)).url
            if self.ids
            else ""
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
    value = _without_trailing(value).lower()
    own = _ARXIV_DOI.fullmatch(value)
    return arxiv_id(own["id"]) if own else PaperId("doi", value)


def acl_id(value: str) -> PaperId:
    """The id as the ACL Anthology writes it: P19-1001, but 2020.acl-main.610."""
    return PaperId("acl", value.upper() if re.fullmatch(_ACL_OLD, value, _HOW) else value.lower())


def parse_paper_id(text: str) -> PaperId | None:
    """The id that this text as a whole is: bare, prefixed, or any address form; None when it isn't one."""
    if len(text) > 500:
        return None
    text = _without_trailing(text.strip().lstrip("<([{\"'").strip())
    if bare := _BARE.fullmatch(text):
        return arxiv_id(bare["id"])
    if prefixed := _PREFIXED.fullmatch(text):
        return acl_id(prefixed["id"]) if prefixed["id"] else PaperId("openreview", prefixed["forum"])
    return _doi_of(text) or _id_of_url(text)


def _without_trailing(text: str) -> str:
    """Without the punctuation of the sentence around; a bracket stays that closes one inside, as DOIs have them."""
    while text and (
        text[-1] in ".,;:!?>}\"' " or (text[-1] in ")]" and text.count(text[-1]) > text.count("(["[text[-1] == "]"]))
    ):
        text = text[:-1]
    return text


def _doi_of(text: str) -> PaperId | None:
    address = _DOI_URL.fullmatch(text)
    value = unquote(address["doi"]) if address else re.sub(r"^doi:\s*", "", text, flags=re.IGNORECASE)
    value = _without_trailing(value)
    return doi(value) if _DOI.fullmatch(value) and value.isprintable() else None


def _id_of_url(text: str) -> PaperId | None:
    if "://" not in text and not _SITE.match(text):
        return None
    try:
        url = urlsplit(text if "://" in text else f"https://{text}")
        host, path = (url.hostname or "").lower(), unquote(url.path)
    except ValueError:
        return None
    return _id_at(host.removesuffix("."), path, url.query)


def _id_at(host: str, path: str, query: str) -> PaperId | None:
    if _ARXIV_HOST.fullmatch(host) and (found := _ARXIV_PATH.fullmatch(path)):
        return arxiv_id(found["id"])
    host = host.removeprefix("www.")
    if host in ("huggingface.co", "hf.co") and (found := _HF_PATH.fullmatch(path)):
        return arxiv_id(found["id"])
    if host in ("aclanthology.org", "aclweb.org") and (found := _ACL_PATH.fullmatch(path)):
        return acl_id(found["id"])
    if host == "paperswithcode.com" and (found := _PWC_PATH.fullmatch(path)):
        return PaperId("pwc", found["id"].lower())
    if host == "openreview.net" and path in ("/forum", "/pdf") and (found := _OPENREVIEW_QUERY.fullmatch(query)):
        return PaperId("openreview", found["id"])
    return None


def arxiv_ids_in(text: str) -> tuple[str, ...]:
    """The arXiv ids that a running text cites by address, prefix or DOI, in order, each once."""
    return tuple(dict.fromkeys(arxiv_id(m["id"]).value for m in _IN_TEXT.finditer(text)))
