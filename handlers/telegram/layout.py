"""Styled text as data: measured as Telegram measures it, packed into messages, cut where that does no harm. Pure.

Telegram counts UTF-16 code units of what is left after the markup is read, so lines are measured and cut before
any markup exists; a cut can then never fall inside a tag, an entity or a surrogate pair.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

TEXT_LIMIT = 4096  # UTF-16 code units after entity parsing
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 100
PIECE_LIMIT = 3  # messages that one Message may become

# Control characters, what turns the writing direction, and lone surrogates, which UTF-8 can't carry.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\n]+")
# What Telegram takes for nothing: a message of these alone is refused as empty.
_NOTHING = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffc]*"
)
# "@name" in a stranger's title must not ring whoever has that name; a word joiner inside is not seen.
_MENTION = re.compile(r"@(?=[A-Za-z0-9_])")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style: `tag` is b, i, code, pre or nothing; `url` makes it a link."""

    text: str
    tag: str = ""
    url: str = ""

    @property
    def entities(self) -> int:
        return bool(self.tag) + bool(self.url)

    @property
    def html(self) -> str:
        inner = escape(self.text)
        if self.tag:
            inner = f"<{self.tag}>{inner}</{self.tag}>"
        return f'<a href="{escape(self.url)}">{inner}</a>' if self.url else inner


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """How much of a message is left: `units` are UTF-16 code units."""

    units: int
    entities: int

    def less(self, runs: Runs) -> "Room":
        return Room(self.units - measure(runs), self.entities - sum(run.entities for run in runs))

    def holds(self, runs: Runs) -> bool:
        left = self.less(runs)
        return left.units >= 0 and left.entities >= 0


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together. `gap` is what separates them from the block before."""

    lines: tuple[Runs, ...]
    gap: str = "\n\n"


_TAIL = 32  # kept free for "… and N more" and the line break before it
_EMPTY = Room(TEXT_LIMIT - _TAIL, ENTITY_LIMIT)


def pack(blocks: Iterable[Block]) -> list[Runs]:
    """Each message as runs: whole blocks where they fit, else whole lines, else words; the surplus is only counted."""
    packer = _Packer()
    for block in blocks:
        packer.add(block)
    return packer.texts()


class _Packer:
    """Fills messages one after the other. After the last one, lines are counted and not kept."""

    def __init__(self) -> None:
        self._full: list[Runs] = []
        self._runs: Runs = ()
        self._room = _EMPTY
        self._dropped = 0

    def add(self, block: Block) -> None:
        whole = _joined(block.lines)
        if self._runs and not self._room.holds((Run(block.gap), *whole)) and _EMPTY.holds(whole):
            self._close()
        for index, line in enumerate(block.lines):
            self._add_line(line, "\n" if index else block.gap)

    def texts(self) -> list[Runs]:
        texts = [*self._full, self._runs] if self._runs else self._full
        if self._dropped:
            texts[-1] = (*texts[-1], Run(f"\n… and {self._dropped} more"))
        return texts

    def _add_line(self, line: Runs, gap: str) -> None:
        if len(self._full) == PIECE_LIMIT:
            self._dropped += 1
            return
        led = (Run(gap), *line) if self._runs and gap else line
        if self._room.holds(led):
            self._put(led)
        elif self._runs and _EMPTY.holds(line):
            self._close()
            self._add_line(line, "")
        else:
            self._add_cut(led)

    def _add_cut(self, line: Runs) -> None:
        head, rest = cut(line, self._room)
        if not is_blank(text_of(head)):
            self._put(head)
        self._close()
        if not is_blank(text_of(rest)):
            self._add_line(rest, "")

    def _put(self, runs: Runs) -> None:
        self._runs += runs
        self._room = self._room.less(runs)

    def _close(self) -> None:
        if self._runs:
            self._full.append(self._runs)
        self._runs, self._room = (), _EMPTY


def _joined(lines: tuple[Runs, ...]) -> Runs:
    return tuple(run for line in lines for run in (Run("\n"), *line))[1:]


def text_of(runs: Runs) -> str:
    return "".join(run.text for run in runs)


def escape(text: str) -> str:
    return text.translate(_ESCAPES)


def safe(text: str) -> str:
    """On one line, without characters that would be refused, reorder the line, or ring a stranger."""
    return _MENTION.sub("@\u2060", typed(text))


def typed(text: str) -> str:
    """As `safe`, but "@" stays as it is: in monospaced text it rings nobody, and people copy it."""
    return _SPACES.sub(" ", _UNSAFE.sub(" ", text))


def preformatted(text: str) -> str:
    """As `typed`, but lines and spaces stay as they are."""
    return "\n".join(_UNSAFE.sub(" ", line) for line in text.split("\n"))


def is_blank(text: str) -> bool:
    return _NOTHING.fullmatch(text) is not None


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def measure(runs: Runs) -> int:
    return sum(units(run.text) for run in runs)


def cut(runs: Runs, room: Room) -> tuple[Runs, Runs]:
    """What fits and what is left, parted between words where there are any."""
    fitting: list[Run] = []
    for index, run in enumerate(runs):
        if room.holds((run,)):
            fitting.append(run)
            room = room.less((run,))
            continue
        rest = runs[index:]
        if run.entities <= room.entities:
            head, tail = cut_text(run.text, room.units)
            fitting += [replace(run, text=head)] if head else []
            rest = (replace(run, text=tail), *runs[index + 1 :])
        return tuple(fitting), rest
    return tuple(fitting), ()


def cut_text(text: str, limit: int) -> tuple[str, str]:
    """At most `limit` code units, to the last space in their second half if there is one, and the rest."""
    end = prefix(text, limit)
    if end == len(text):
        return text, ""
    space = text.rfind(" ", end // 2, end + 1)
    return (text[:space], text[space + 1 :]) if space > 0 else (text[:end], text[end:])


def prefix(text: str, limit: int) -> int:
    """How many characters make at most `limit` code units."""
    if units(text[:limit]) <= limit:
        return min(len(text), limit)
    used = 0
    for index, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > limit:
            return index
    return len(text)
