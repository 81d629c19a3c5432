"""Rich messages as the platform reads them: the tags that it knows, closed in order, within its limits."""

from html.parser import HTMLParser
from typing import Any, Final

from tests.telegram.fake_http import Refusal
from tests.telegram.markup import utf16

_INLINE: Final = frozenset("b strong i em u s code mark sub sup a tg-math tg-spoiler".split())
_BLOCKS: Final = frozenset(
    "h1 h2 h3 h4 h5 h6 p ul ol li pre blockquote aside details summary table tr th td tg-math-block footer".split()
)
_VOID: Final = frozenset({"hr", "br"})
_FIELDS: Final = frozenset({"html", "is_rtl", "skip_entity_detection"})
_COUNTED: Final = _BLOCKS - {"summary", "th", "td"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.blocks = self.columns = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE | _BLOCKS | _VOID:
            raise Refusal(400, f'Bad Request: can\'t parse entities: unsupported start tag "{tag}"')
        if tag == "a" and not (dict(attributes).get("href") or "").startswith(("http://", "https://")):
            raise Refusal(400, "Bad Request: RICH_MESSAGE_URL_INVALID")
        if tag in ("tg-math", "tg-math-block") and "tg-math" in self.open:
            raise Refusal(400, "Bad Request: RICH_MESSAGE_MATH_INVALID")
        if tag == "table" and "details" in self.open and "tg-math" in self.open:
            raise Refusal(400, "Bad Request: RICH_VALIDATE_CTOR_NOT_ALLOWED")
        self.blocks += tag in _COUNTED
        self.columns = 0 if tag == "tr" else self.columns + (tag in ("td", "th"))
        if self.columns > 20:
            raise Refusal(400, "Bad Request: RICH_MESSAGE_TABLE_INVALID")
        self.open += [] if tag in _VOID else [tag]
        if len(self.open) > 16:
            raise Refusal(400, "Bad Request: RICH_MESSAGE_DEPTH_INVALID")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refusal(400, f'Bad Request: can\'t parse entities: unexpected end tag "{tag}"')
        if tag in ("p", "tr", "summary"):
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        self.text += data


def read_rich(message: Any) -> str:
    """Its visible text; raises Refusal."""
    if not isinstance(message, dict) or "html" not in message or set(message) - _FIELDS:
        raise Refusal(400, "Bad Request: rich message must be non-empty")
    reader = _Reader()
    reader.feed(message["html"])
    reader.close()
    if reader.open:
        raise Refusal(400, f"Bad Request: can't parse entities: can't find end tag for \"{reader.open[-1]}\"")
    if not reader.text.strip():
        raise Refusal(400, "Bad Request: rich message must be non-empty")
    if utf16(reader.text) > 32_768 or reader.blocks > 500:
        raise Refusal(400, "Bad Request: RICH_MESSAGE_TOO_LONG")
    return reader.text
