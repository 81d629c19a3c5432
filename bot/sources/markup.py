"""Strangers' HTML to plain words, in one pass: time grows with the length only, whatever was left unclosed."""

import html
import re

# A "<" that no tag name follows is mathematics or an arrow and stays.
_PIECE = re.compile(r"<!--|-->|<[!?/]?[a-zA-Z][^<>]*>")
_NAME = re.compile(r"</?([a-zA-Z][\w:-]*)")
_SKIPPED = frozenset(("script", "style", "template", "iframe", "noscript", "svg", "math"))
_INLINE = re.compile(
    r"a|abbr|b|bd[io]|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|small|span|strong|su[bp]|tt|u|var"
)


def plain(markup: str) -> str:
    """The words of a text that may be HTML: tags and comments dropped, then entities read; blocks become spaces.

    What comes out isn't HTML any more: `&lt;b&gt;` is the text "<b>", to be escaped by whoever shows it.
    """
    if "<" not in markup:
        return html.unescape(markup)
    out: list[str] = []
    inside, end = "", 0
    for piece in _PIECE.finditer(markup):
        tag = piece[0]
        if not inside:
            out.append(markup[end : piece.start()] + _space(tag))
        inside = _after(tag, inside)
        end = piece.end()
    return html.unescape("".join(out) + ("" if inside else markup[end:]))


def _space(tag: str) -> str:
    return "" if _INLINE.fullmatch(_name(tag)) or tag == "-->" else " "


def _after(tag: str, inside: str) -> str:
    """What hides the words that follow this tag: a comment, an element that isn't text, or nothing."""
    if inside:
        closed = tag == "-->" if inside == "<!--" else tag.startswith("</") and _name(tag) == inside
        return "" if closed else inside
    if tag == "<!--" or (_name(tag) in _SKIPPED and not tag.startswith("</") and not tag.endswith("/>")):
        return "<!--" if tag == "<!--" else _name(tag)
    return ""


def _name(tag: str) -> str:
    found = _NAME.match(tag)
    return found[1].lower() if found else ""
