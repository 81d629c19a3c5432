"""A message as parts, without any platform's markup. Renderers escape, cut and lay out; nothing else does."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """A labelled address, inside a line."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that carry the line."""

    text: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """Words that may be overlooked: evidence, dates, footnotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Something to type as it stands, such as a command; monospaced where that exists."""

    text: str


Span = str | Link | Strong | Quiet | Typed
Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The first line of a message or section; with an address the whole line is a link."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    line: Line


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, an item a line."""

    items: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with values, such as a status."""

    pairs: tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True)
class Button:
    """A press that means typing `command`."""

    label: str
    command: str


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of buttons; where there are none to press, the commands are shown to be typed, unless they are `minor`."""

    row: tuple[Button, ...]
    minor: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """Something to keep: text under a file's name, which goes along as a file where a platform takes them."""

    name: str
    content: str


Part = Heading | Text | Bullets | Facts | Buttons | File


@dataclass(frozen=True, slots=True)
class Message:
    """What is said. `summary` is one plain line (for notifications), `preview` the one address worth a preview."""

    parts: tuple[Part, ...]
    summary: str
    preview: str = ""
    private: bool = False  # meant for the one who asked, where a platform can do that


NOTHING = Message((), "")  # there is no answer


def text(*line: Span) -> Text:
    """A paragraph from spans: text("Say ", Typed("/help"), ".")."""
    return Text(line)
