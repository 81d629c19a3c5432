"""A message as parts, without any platform's markup. Renderers escape, cut and lay out; nothing else does."""

from dataclasses import dataclass

from bot.domain.stars import Curve
from handlers.plots import Plot


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


@dataclass(frozen=True, slots=True)
class Maths:
    """A formula in TeX, without its dollar signs; shown with them where formulas can't be set."""

    source: str

    @property
    def text(self) -> str:
        return f"${self.source}$"


Span = str | Link | Strong | Quiet | Typed | Maths
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
    """A press that means typing `command`; `here`: its answer takes the message's place, where a platform can.

    `place` is the chat in which that is said, where what is pressed shows several; "" for its own.
    """

    label: str
    command: str
    here: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """A press that puts `content` where it can be pasted from; only where a platform can."""

    label: str
    content: str


@dataclass(frozen=True, slots=True)
class Invite:
    """An address that leads to us: to a private chat, or into a `group`. Only where a platform has such addresses.

    `words` is what is said there for the person: a command, at most 47 bytes of it.
    """

    label: str
    words: str = ""
    group: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """A press that lets the person choose a chat, and find there what `words` find, to post it. Only where that is."""

    label: str
    words: str


Pressable = Button | Copy | Invite | Share


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of buttons; where there are none to press, the commands are shown to be typed, unless they are `minor`.

    `menu` is what a menu in place of the row's last button holds, where a platform has menus.
    """

    row: tuple[Pressable, ...]
    minor: bool = False
    menu: tuple[Button, ...] = ()

    @property
    def commands(self) -> tuple[Button, ...]:
        """The buttons that every platform can offer in some way."""
        return tuple(button for button in self.row if isinstance(button, Button))


@dataclass(frozen=True, slots=True)
class Table:
    """Columns with their names; a list, a row an item, where there are no tables.

    `named`: in that list the cells need their columns' names, from the second one on.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    named: bool = False

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its rows as items of a list."""
        return tuple(_beside(self._with_names(row) if self.named else row) for row in self.rows)

    def _with_names(self, row: tuple[Line, ...]) -> tuple[Line, ...]:
        first, *others = row
        names = (f"{name[0].lower()}{name[1:]} " for name in self.head[1:])
        return (first, *((name, *cell) if cell else () for name, cell in zip(names, others, strict=True)))


def _beside(cells: tuple[Line, ...]) -> Line:
    told = [cell for cell in cells if cell]
    return tuple(span for n, cell in enumerate(told) for span in ((" · ",) if n else ()) + cell)


@dataclass(frozen=True, slots=True)
class Code:
    """Lines that stay as they are, monospaced, such as an entry to be copied."""

    content: str


@dataclass(frozen=True, slots=True)
class File:
    """Something to keep: text under a file's name, which goes along as a file where a platform takes them."""

    name: str
    content: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture; `content` is PNG, `alt` what it shows, in words that stand where it can't be seen."""

    name: str
    content: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Folded:
    """What is read when it is asked for; it stands open below its title where nothing unfolds."""

    title: str
    parts: tuple[Text | Bullets | Facts | Table, ...]

    @property
    def opened(self) -> tuple[Text | Bullets | Facts | Table, ...]:
        return (Text((self.title,)), *self.parts)


@dataclass(frozen=True, slots=True)
class Chart:
    """A curve or a plot that becomes an Image where pictures are drawn (`charts`); elsewhere `instead` is said."""

    curve: Curve | Plot
    alt: str
    instead: Line


Part = Heading | Text | Bullets | Facts | Table | Folded | Code | Buttons | File | Image | Chart


@dataclass(frozen=True, slots=True)
class Message:
    """What is said. `summary` is one plain line (for notifications), `preview` the one address worth a preview.

    `lead` makes a card of it, where a platform has cards: its first heading, the quiet words below that, and this line,
    as it stands among the parts, say the most about the one thing that it is about.
    """

    parts: tuple[Part, ...]
    summary: str
    preview: str = ""
    private: bool = False  # meant for the one who asked, where a platform can do that
    passing: bool = False  # after a press, its summary is shown to the one who pressed and is gone, where that can be
    silent: bool = False  # comes without a sound, where a platform lets us decide that
    lead: Line = ()
    about: str = ""  # the one paper that it is about, as it can be typed
    refused: bool = False  # nothing was done, and it says why: a form stays open, and what was pressed stays as it is


NOTHING = Message((), "")  # there is no answer


def text(*line: Span) -> Text:
    """A paragraph from spans: text("Say ", Typed("/help"), ".")."""
    return Text(line)
