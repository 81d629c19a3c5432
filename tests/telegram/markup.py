"""Telegram's HTML as its server reads it: the visible text and its entities, or the 400 it would answer."""

import re
from dataclasses import dataclass, field

_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "blockquote": "blockquote", "tg-spoiler": "spoiler",
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));?")
_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""")


class BadMarkup(ValueError):
    """The description behind "Bad Request: can't parse entities: "."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Places and lengths in UTF-16 code units."""

    kind: str
    offset: int
    length: int
    url: str = ""


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    place: int
    url: str = ""


@dataclass(slots=True)
class _Reader:
    source: str
    at: int = 0
    text: str = ""
    open: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def read(self) -> tuple[str, tuple[Entity, ...]]:
        while self.at < len(self.source):
            self.step()
        if self.open:
            raise BadMarkup(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return self.text, tuple(self.entities)

    def step(self) -> None:
        character = self.source[self.at]
        if character == "&" and (entity := _ENTITY.match(self.source, self.at)):
            self.text += decoded(entity)
            self.at = entity.end()
        elif self.source.startswith("</", self.at):
            self.close()
        elif character == "<":
            self.begin()
        else:
            self.text += character
            self.at += 1

    def begin(self) -> None:
        place, name = self.byte_offset(), _NAME.match(self.source, self.at + 1)
        assert name
        tag, self.at = name[0].lower(), name.end()
        if tag not in _TAGS:
            raise BadMarkup(f'Unsupported start tag "{tag}" at byte offset {place}')
        attributes = self.attributes(tag, place)
        self.open.append(_Open(tag, utf16(self.text), place, attributes.get("href", "")))

    def attributes(self, tag: str, place: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while attribute := _ATTRIBUTE.match(self.source, self.at):
            value = next(group for group in attribute.groups()[1:] if group is not None)
            found[attribute[1].lower()] = _ENTITY.sub(decoded, value)
            self.at = attribute.end()
        end = re.compile(r"\s*>").match(self.source, self.at)
        if not end:
            raise BadMarkup(f'Unclosed start tag "{tag}" at byte offset {place}')
        self.at = end.end()
        return found

    def close(self) -> None:
        place, end = self.byte_offset(), self.source.find(">", self.at)
        name = self.source[self.at + 2 : end].strip().lower()
        if end < 0:
            raise BadMarkup(f"Unclosed end tag at byte offset {place}")
        if not self.open:
            raise BadMarkup(f"Unexpected end tag at byte offset {place}")
        opened = self.open.pop()
        if name not in ("", opened.tag):
            raise BadMarkup(f'Unmatched end tag at byte offset {place}, expected "</{opened.tag}>", found "</{name}>"')
        self.at = end + 1
        self.keep(opened)

    def keep(self, opened: _Open) -> None:
        length = utf16(self.text) - opened.offset
        if length and (opened.tag != "a" or re.match(r"(https?|tg)://", opened.url)):
            self.entities.append(Entity(_TAGS[opened.tag], opened.offset, length, opened.url))

    def byte_offset(self) -> int:
        return len(self.source[: self.at].encode())


def read_html(source: str) -> tuple[str, tuple[Entity, ...]]:
    """The visible text and its entities. Raises BadMarkup."""
    return _Reader(source).read()


def decoded(entity: re.Match[str]) -> str:
    decimal, hexadecimal, name = entity.groups()
    code = int(decimal) if decimal else int(hexadecimal, 16) if hexadecimal else 0
    return _NAMED[name] if name else chr(code) if 0 < code <= 0x10FFFF else entity[0]


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
