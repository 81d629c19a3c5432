"""Pictures of how stars grow, by the real library: what can't be drawn stays words, the same is drawn the same."""

import io
import logging
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image as Picture

from bot.domain.stars import Curve, StarSample, Surge
from bot.rules import sampling, surge
from handlers import charts
from handlers.messages import Chart, Image, Message, text

NOW = datetime(2026, 3, 12, 6, tzinfo=UTC)
DAY = timedelta(days=1)
QUIET = [3, 2, 4, 3, 0, 5, 3] * 4


def curve(*gains: int, first: int = 1000, name: str = "ada/nets", surges: tuple[Surge, ...] | None = None) -> Curve:
    """A count a day, the last one now; with the surge that is found, unless others are given."""
    counts = [StarSample(NOW - DAY * len(gains), first)]
    for gain in gains:
        counts.append(StarSample(counts[-1].at + DAY, counts[-1].stars + gain))
    found = surge.find(counts, NOW)
    told = surges if surges is not None else (found,) if found else ()
    drawn = sampling.curve(name, counts, [(one, NOW) for one in told])
    assert drawn
    return drawn


def message(about: Curve) -> Message:
    return Message((text("before"), Chart(about, "what it shows", ("▁▁█",)), text("after")), "summary")


def size(content: bytes) -> tuple[int, int]:
    picture = Picture.open(io.BytesIO(content))
    picture.load()
    return picture.size


def test_without_the_library_the_words_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    said = message(curve(*QUIET, 184, name="without/library"))
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert charts.drawn(said) == said


def test_a_picture_that_fails_is_logged_and_the_words_stay(caplog: pytest.LogCaptureFixture) -> None:
    said = message(replace(curve(1, 2, name="no/counts"), counts=()))
    with caplog.at_level(logging.ERROR):
        assert charts.drawn(said) == said
    assert "no/counts can't be drawn" in caplog.text


def test_a_chart_becomes_a_picture_in_its_place() -> None:
    before, picture, after = charts.drawn(message(curve(*QUIET, 184))).parts
    assert isinstance(picture, Image)
    assert (picture.name, picture.alt) == ("ada-nets.png", "what it shows")
    assert size(picture.content) == (1080, 720)
    assert (before, after) == (text("before"), text("after"))


def test_what_is_not_used_is_not_loaded() -> None:
    """Help needs a fifth of what a command does; the library of pictures takes half a second and 50 MB."""
    script = (
        "import sys; import bot.cli; early = {'bot.app', 'bot.config', 'pydantic'} & sys.modules.keys()\n"
        "import bot.app, handlers.telegram.adapter, handlers.slack.adapter\n"
        "from handlers.charts import drawn; from handlers.messages import NOTHING\n"
        "drawn(NOTHING); sys.exit(bool(early) or 'matplotlib' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_same_curve_gives_the_same_bytes_and_another_one_others() -> None:
    one = charts.png(curve(*QUIET, 184))
    charts.png(curve(1, 2))
    assert charts.png(curve(*QUIET, 184)) == one
    assert charts.png(curve(*QUIET, 185)) != one


def test_what_goes_to_many_chats_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = list[str]()

    def counted(about: Curve) -> bytes:
        drawn.append(about.name)
        return b"a picture"

    monkeypatch.setattr(charts, "png", counted)
    for _ in range(5):
        charts.drawn(message(curve(*QUIET, 184, name="drawn/once")))
    assert drawn == ["drawn/once"]


@pytest.mark.parametrize(
    "name",
    [
        "$x^2$/\\frac{",
        "研究/模型",
        "ada/🙂🧪",
        "a" * 39 + "/" + "b" * 100,
        "<b>/&amp;",
        "\u202edetrever/\x00\n\ud800",
        "",
    ],
    ids=["mathtext", "CJK", "emoji", "long", "markup", "control", "none"],
)
def test_no_name_breaks_a_picture_or_warns(name: str) -> None:
    assert size(charts.png(curve(*QUIET, 184, name=name))) == (1080, 720)


def test_a_dollar_is_a_dollar() -> None:
    assert charts.png(curve(*QUIET, name="a$b$")) != charts.png(curve(*QUIET, name="ab"))


@pytest.mark.parametrize(
    "about",
    [
        curve(0),
        curve(0, first=0),
        curve(*[0] * 40, first=0),
        curve(-500, 3, -2),
        curve(*QUIET, -5000, 5004, first=9000),
        curve(*[900, 1000] * 14, 9000, first=10**6),
        curve(*QUIET, 184, surges=(Surge(7, 184, 3, 1e-9, NOW.date(), 5), Surge(1, 184, 3, 1e-9, NOW.date(), 5))),
        curve(5, 9, surges=(Surge(7, 184, 3, 1e-9, NOW.date(), 5),)),
        replace(curve(*QUIET), surges=((Surge(1, 9, 3, 1e-9, NOW.date(), 5), NOW - 90 * DAY),)),
        replace(curve(*QUIET), surges=((Surge(1, 9, 3, 1e-9, NOW.date(), 5), NOW - 9 * DAY),)),
        replace(curve(*QUIET), surges=((Surge(1, 9, 3, 1e-9, NOW.date(), 5), NOW - 20 * DAY),)),
        replace(curve(*QUIET), surges=((Surge(1, 9, 3, 1e-9, NOW.date(), 5), NOW + 9 * DAY),)),
    ],
)
def test_every_curve_can_be_drawn(about: Curve) -> None:
    assert size(charts.png(about)) == (1080, 720)


def test_a_surge_is_seen_in_its_colour() -> None:
    def orange(about: Curve) -> int:
        picture = Picture.open(io.BytesIO(charts.png(about))).convert("RGB")
        return sum(times for times, colour in picture.getcolors(2**20) or () if colour == (194, 74, 0))

    assert orange(curve(*QUIET)) == 0
    assert orange(curve(*QUIET, 184)) > 1000


def test_how_many_there_were_between_two_counts() -> None:
    told = curve(10, 20, first=100)
    begin = told.counts[0].at
    found = [told.stars_at(begin + DAY * day) for day in (-1, 0, 0.5, 1, 1.25, 2, 9)]
    assert found == [100, 100, 105, 110, 115, 130, 130]
