"""What all pictures have in common: colours that nearly everybody can tell apart, and a ground of their own."""

from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

GROUND: Final = "#fcfbf7"
INK: Final = "#20242b"
QUIET: Final = "#6a6f78"
GRID: Final = "#e4e2da"
COLOURS: Final = ("#0072b2", "#c24a00", "#007a5e", "#8f4a92")  # blue, orange, green, purple

drawing: Final = Lock()  # matplotlib isn't safe in threads: one picture at a time


def short(value: float) -> str:
    """1,204 as it is, 12,500 as 12.5k: an axis has little room."""
    return f"{value:,.0f}" if abs(value) < 10_000 else f"{value / 1000:,.5g}k"


def known(text: str) -> str:
    """What the font can't show, as boxes: matplotlib would warn of each character."""
    shapes = _font()
    return "".join(char if shapes.get_char_index(ord(char)) else "□" for char in text)


def width(text: str, size: float) -> float:
    """How wide it is in bold letters of that size, in inches."""
    shapes = _font()
    shapes.set_size(size, 72)
    shapes.set_text(known(text))
    return float(shapes.get_width_height()[0]) / 64 / 72


def _font() -> "FT2Font":
    from matplotlib.font_manager import FontProperties, findfont, get_font  # because: late, see charts

    return get_font(findfont(FontProperties(weight="bold")))
