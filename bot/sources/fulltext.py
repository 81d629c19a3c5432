"""What a paper says in full, paragraph by paragraph: Hugging Face's Markdown of it, else arXiv's HTML. Never a PDF."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final
from urllib.parse import quote

from bot.errors import FetchError, Missing, Unreadable
from bot.sources.fulltext_read import read_markdown, read_page
from bot.sources.web import Answer, Lane, Web

_LIMIT: Final = 5_000_000  # bytes
_TEXTS: Final = "text/markdown, text/plain;q=0.9, */*;q=0.1"
_SHORT: Final = 5_000  # characters; what is shorter is a title and an abstract rather than a paper
_MOST_TELLING: Final = 40
# Also as it is broken at the end of a line: "github. com/".
_CODE_HOST = re.compile(
    r"(?<![\w-])(?:git(?:hub|lab)\s?\.\s?com|bitbucket\s?\.\s?org|codeberg\s?\.\s?org)\s?/", re.IGNORECASE
)
# arXiv's pages ask for help with the program that makes them.
_MACHINERY = re.compile(r"github\.com/(?:brucemiller/latexml|arxiv/html_feedback)", re.IGNORECASE)


class FullText:
    """The URLs are the settings': trusted; without `arxiv_html_url` Hugging Face alone is asked.

    The token is sent to Hugging Face alone. `interval_s` is arXiv's pace, which all readers of arXiv share.
    """

    def __init__(
        self,
        web: Web,
        *,
        huggingface_url: str,
        arxiv_html_url: str | None,
        interval_s: float = 3.0,
        token: str | None = None,
    ) -> None:
        self._web = web
        self._huggingface_url = huggingface_url.rstrip("/")
        self._arxiv_html_url = (arxiv_html_url or "").rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._huggingface = Lane("huggingface")
        self._arxiv = Lane("arxiv", interval_s, single=True)

    def read(self, arxiv: str, version: int = 0) -> tuple[str, ...] | None:
        """The paragraphs of a paper, by its bare id; None when nobody has its text.

        `version` 0 is any. Where Hugging Face has an abstract only, an older version, or an error, arXiv is asked; the
        error is raised when there is nothing else to tell. Raises FetchError and its kinds.
        """
        kept: tuple[str, ...] = ()
        trouble: FetchError | None = None
        for way in self._ways():
            try:
                found, whole = way(arxiv, version)
            except FetchError as error:
                trouble = trouble or error
                continue
            if whole:
                return found
            kept = kept or found
        if trouble and not kept:
            raise trouble
        return kept or None

    def _ways(self) -> "list[Callable[[str, int], tuple[tuple[str, ...], bool]]]":
        return [self._markdown, self._page] if self._arxiv_html_url else [self._markdown]

    def _markdown(self, arxiv: str, version: int) -> tuple[tuple[str, ...], bool]:
        """Hugging Face's paragraphs, and whether they are the whole paper in this version."""
        address = f"{self._huggingface_url}/papers/{quote(arxiv, safe='')}.md"
        try:
            answer = self._web.get(
                address,
                headers=self._headers,
                limit=_LIMIT,
                trusted=True,
                lane=self._huggingface,
                accept=_TEXTS,
            )
        except Missing:
            return (), False
        if "html" in _kind(answer):
            raise Unreadable("Hugging Face's answer is not a text")
        text = answer.text()
        found = read_markdown(text)
        return found, _is_whole(found) and not _is_older(text, arxiv, version)

    def _page(self, arxiv: str, version: int) -> tuple[tuple[str, ...], bool]:
        address = f"{self._arxiv_html_url}/html/{quote(arxiv, safe='/')}{f'v{version}' if version else ''}"
        try:
            answer = self._web.get(address, accept="text/html", limit=_LIMIT, trusted=True, lane=self._arxiv)
        except Missing:
            return (), False
        if "html" not in _kind(answer):
            raise Unreadable("arXiv's answer is not a page")
        found = read_page(answer.text())
        return found, _is_whole(found)


def telling(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """The paragraphs that name an address on a code host, in order, at most 40."""
    return tuple(islice(_telling(paragraphs), _MOST_TELLING))


def _telling(paragraphs: Sequence[str]) -> Iterator[str]:
    return (text for text in paragraphs if _CODE_HOST.search(text) and not _MACHINERY.search(text))


def _kind(answer: Answer) -> str:
    return answer.headers.get("Content-Type", "").partition(";")[0].lower()


def _is_whole(paragraphs: Sequence[str]) -> bool:
    return sum(map(len, paragraphs)) >= _SHORT


def _is_older(text: str, arxiv: str, version: int) -> bool:
    """Whether a text was made of an earlier version, by the addresses of its own pictures and sections."""
    made_of = re.search(rf"arxiv\.org/html/{re.escape(arxiv)}v(\d{{1,3}})", text, re.ASCII)
    return made_of is not None and int(made_of[1]) < version
