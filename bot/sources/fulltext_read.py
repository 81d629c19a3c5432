"""A paper's paragraphs out of Markdown, as Hugging Face makes it of arXiv's pages, and out of LaTeXML's HTML itself.

Both are cut into blocks first, then made paragraphs: lists of references are left out, and a heading such as "Code
availability" goes before the paragraph that follows it, since it says what the address there is. A footnote stands
where it is referred to, and a link's address behind its words, for the same reason.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from bot.domain.text import clean
from bot.sources.markup import plain
from bot.sources.pages import tree, without

MOST_PARAGRAPHS: Final = 2_000
LONGEST: Final = 5_000  # characters of a paragraph; a longer one is cut at a word into several
_NOTE_LIMIT = 1_000
_HEADING_LIMIT = 200

# How the makers of the Markdown begin it, and the source that they name there.
_PREAMBLE = re.compile(r"(?:[^\n]{0,1000}\n){1,12}?Markdown Content:\n")
_SOURCE = re.compile(r"^URL Source: (\S{1,500})", re.MULTILINE)
_FROM_PAPER = re.compile(r"https?://(?:[a-z]+\.)?(?:arxiv|ar5iv)\S*")
_NUMBER = r"(?:(?:\d{1,2}|[A-Z]|[IVX]{1,5})[.:]?\s?)?"
_REFERENCES = re.compile(rf"{_NUMBER}(?:references|bibliography|literature cited|works cited)\W{{0,5}}", re.IGNORECASE)
_PLAIN_APPENDIX = re.compile(r"Appendix\b.{0,100}", re.IGNORECASE)
_ABOUT_CODE = re.compile(
    r"\b(?:code|software|implementation|availability|reproducib\w+|open[- ]?sourc\w+)\b", re.IGNORECASE
)
_HEADING = re.compile(r" {0,3}#{1,6}\s")
_RULE = re.compile(r"\s{0,3}(?:-{3,}|={3,}|\*{3,}|_{3,})\s*")
_FENCE = re.compile(r"\s{0,8}(?:```|~~~)")
_ITEM = re.compile(r"\s{0,20}(?:(?:[-*+•]|\d{1,3}[.)])\s+)+•?")
_TABLE_RULE = re.compile(r"[\s|:-]+")
_QUOTE = re.compile(r"\s{0,3}>\s?")
_NOTE = re.compile(r"\s{0,3}\[\^([^\[\]\s]{1,50})\]:\s*(.*)")
_NOTE_MARK = re.compile(r"\[\^([^\[\]\s]{1,50})\]")
_LINK = re.compile(
    r"!?\[([^\[\]]{0,500})\]"
    r"\(\s{0,5}<?([^\s()<>]{0,500}(?:\([^\s()<>]{0,100}\)[^\s()<>]{0,500})?)>?(?:\s{1,5}\"[^\"\n]{0,1000}\")?\s{0,5}\)"
)
_HTML_LINK = re.compile(
    r"<a\s[^<>]{0,300}?href=[\"']?([^\"'<>\s]{1,500})[^<>]{0,500}>([^<>]{0,500})</a>", re.IGNORECASE
)
_AUTOLINK = re.compile(r"<(https?://[^<>\s]{1,500})>")
_WITHIN = re.compile(r"https?://[^/]{1,100}/html/[^#]{0,100}#")  # a place in the paper itself
_TRIPLE_MARK = re.compile(r"(?<!\S)(\d{1,2}) \1 \1(?!\d)")  # a LaTeXML footnote's number, as three elements have it
_ESCAPE = re.compile(r"\\([\\_*#\[\]()~`<>{}!|-])")
_STRONG = re.compile(r"\*\*|`")

_BLOCKS = frozenset(
    "address article aside blockquote body caption dd details div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr li main ol p pre section summary table tbody thead tr ul".split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_HIDDEN = frozenset("button form head header iframe math nav noscript script select style svg template".split())
_HIDDEN_CLASSES = frozenset(
    "ltx_bibliography ltx_note_mark ltx_tag_note ltx_note_type ltx_page_footer ltx_page_header ltx_TOC "
    "package-alerts".split()
)
_HOST = re.compile(
    r"https?://(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)/\S{1,490}", re.IGNORECASE
)
_TWICE = re.compile(r"(https?://\S{1,490}) \(\1/?\)")
_EMPTY = re.compile(r"\(\s{0,20}\)")


@dataclass(frozen=True, slots=True)
class _Block:
    text: str
    heading: bool = False


def read_markdown(text: str) -> tuple[str, ...]:
    """The paragraphs of a paper in Markdown; none of a page that says that it was made of something else."""
    head = _PREAMBLE.match(text)
    source = _SOURCE.search(head[0]) if head else None
    if source and not _FROM_PAPER.fullmatch(source[1]):
        return ()
    lines = text[head.end() if head else 0 :].splitlines()
    notes = {found[1]: found[2][:_NOTE_LIMIT] for line in lines if (found := _NOTE.fullmatch(line))}
    kept = (line for line in lines if not _NOTE.fullmatch(line))
    blocks = (_Block(_inline(block.text, notes), block.heading) for block in _blocks(kept))
    return _paragraphs(_with_left(blocks, notes))


def read_page(html: str) -> tuple[str, ...]:
    """The paragraphs of a paper as LaTeXML writes it, or of any page."""
    page = tree(without(html, "<math", "</math>"))
    root = page.find("article", class_="ltx_document") or page.find(class_="ltx_page_content") or page.body or page
    blocks = (block for block in "".join(_flow(root)).split("\n") if block.strip())
    return _paragraphs(_Block(_once(block), block.startswith("\f")) for block in blocks)


def _paragraphs(blocks: Iterable[_Block]) -> tuple[str, ...]:
    return tuple(islice(_told(blocks), MOST_PARAGRAPHS))


def _told(blocks: Iterable[_Block]) -> Iterator[str]:
    lead, cited = "", False
    for block in blocks:
        text = block.text.strip()
        if block.heading and "://" not in text:
            cited = _REFERENCES.fullmatch(text) is not None
            lead = f"{text[:_HEADING_LIMIT]}: " if _ABOUT_CODE.search(text[:_HEADING_LIMIT]) else ""
        elif text and not cited:
            yield from _cut(lead + text)
            lead = ""


def _cut(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = start + LONGEST
        if end < len(text):
            end = max(text.rfind(" ", start, end), start + LONGEST // 2)
        if part := clean(text[start:end], LONGEST):
            yield part
        start = end


def _blocks(lines: Iterable[str]) -> Iterator[_Block]:
    """Markdown's blocks; a list's items and a table's rows are blocks of their own."""
    held: list[str] = []
    for line in lines:
        text = line[quoted.end() :] if (quoted := _QUOTE.match(line)) else line
        if held and len(held) == 1 and text.strip() and not text.strip(" =-"):
            yield _Block(held.pop(), heading=True)  # underlined
        elif heading := _heading(text, first=not held):
            yield from _flushed(held)
            yield _Block(heading, heading=True)
        elif not text.strip() or _RULE.fullmatch(text) or _FENCE.match(text):
            yield from _flushed(held)
        else:
            if item := _ITEM.match(text) or text.lstrip().startswith("|"):
                yield from _flushed(held)
            if not _TABLE_RULE.fullmatch(text):
                held.append(text[item.end() :] if isinstance(item, re.Match) else text)
    yield from _flushed(held)


def _flushed(held: list[str]) -> Iterator[_Block]:
    if held:
        yield _Block(" ".join(held))
        held.clear()


def _heading(line: str, *, first: bool) -> str:
    """A heading's words; of one that isn't marked, those that begin and end the references alone are known."""
    if _HEADING.match(line):
        return line.strip().strip("#").strip()
    bare = line.strip() if first and len(line) < _HEADING_LIMIT else ""
    return bare if _REFERENCES.fullmatch(bare) or _PLAIN_APPENDIX.fullmatch(bare) else ""


def _inline(text: str, notes: dict[str, str]) -> str:
    """A block's plain words. A note is taken out of `notes` where it is first referred to."""
    text = _NOTE_MARK.sub(lambda mark: f" ({note})" if (note := notes.pop(mark[1], "")) else "", text)
    text = _LINK.sub(lambda link: link[1] if link[0][0] == "!" else _shown(link[1], link[2]), text)
    text = _HTML_LINK.sub(lambda link: _shown(link[2], link[1]), text)
    text = plain(_AUTOLINK.sub(r"\1", text))
    return _STRONG.sub("", _ESCAPE.sub(r"\1", _TRIPLE_MARK.sub(" ", text)))


def _with_left(blocks: Iterable[_Block], notes: dict[str, str]) -> Iterator[_Block]:
    """The blocks, then the notes that none of them referred to."""
    yield from blocks
    if notes:
        yield _Block("", heading=True)  # ends the references
        left = tuple(notes.values())
        notes.clear()
        yield from (_Block(_inline(note, {})) for note in left)


def _shown(words: str, url: str) -> str:
    if not url.startswith(("http://", "https://")) or _WITHIN.match(url):
        return words
    same = _bare(words) in ("", _bare(url))
    return url if same else f"{words} ({url})"


def _bare(url: str) -> str:
    return url.strip().removeprefix("https://").removeprefix("http://").rstrip("/")


def _flow(root: Tag) -> Iterator[str]:
    """The text under an element in order: "\\n" between blocks, "\\f" before a heading's words.

    One pass without recursion: `open_` holds the elements that it is in, as where each ends and what is told there.
    """
    open_: list[tuple[PageElement | None, str]] = [(_end(root), "")]
    at: PageElement | None = next(iter(root.contents), None)
    while at is not None and at is not open_[0][0]:
        while open_[-1][0] is at:
            yield open_.pop()[1]
        if isinstance(at, Tag):
            end = at.next_sibling or open_[-1][0]
            if _is_hidden(at):
                at = end
                continue
            before, after = _around(at)
            yield before
            open_.append((end, after))
        elif isinstance(at, NavigableString):
            yield re.sub(r"\s+", " ", at)
        at = at.next_element
    yield from (after for _, after in reversed(open_))


def _end(tag: Tag) -> PageElement | None:
    """What follows an element and all in it."""
    at: Tag | None = tag
    while at is not None and at.next_sibling is None:
        at = at.parent
    return at.next_sibling if at is not None else None


def _is_hidden(tag: Tag) -> bool:
    return tag.name in _HIDDEN or not _HIDDEN_CLASSES.isdisjoint(_classes(tag))


def _around(tag: Tag) -> tuple[str, str]:
    """What is told before and after the words of an element."""
    if tag.name in _HEADINGS:
        return "\n\f", "\n"
    if tag.name in _BLOCKS:
        return "\n", "\n"
    if tag.name == "a":
        url = _HOST.fullmatch(str(tag.get("href") or "").strip())
        return "", f" ({url[0]})" if url else ""
    if "ltx_note" in _classes(tag):
        return " (", ") "
    return (" ", "") if tag.name in ("br", "td", "th") else ("", "")


def _classes(tag: Tag) -> list[str]:
    return [str(name) for name in tag.get_attribute_list("class") if name]


def _once(text: str) -> str:
    """Without an address behind itself, and without the brackets of empty notes."""
    return _EMPTY.sub("", _TWICE.sub(r"\1", text))
