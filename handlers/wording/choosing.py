"""Settings to be pressed: the choices that most people make, what is chosen now, and the way back.

Each press says the words that could be typed, and its answer takes the message's place. Where nothing can be pressed,
none of it is shown: the words stand in the messages.
"""

from collections.abc import Sequence
from typing import Final

from bot.domain.chat import Subscription
from bot.domain.pace import DigestRhythm, Pace, Quiet, Rhythm
from handlers.messages import Button, Buttons, Share

SETTINGS: Final = Button("‹ Settings", "/settings", here=True)
ALL: Final = Button("‹ All", "/subscriptions", here=True)
_CHOSEN: Final = "✓ "
_CITIES: Final = (  # from west to east
    ("Los Angeles", "America/Los_Angeles"),
    ("New York", "America/New_York"),
    ("São Paulo", "America/Sao_Paulo"),
    ("London", "Europe/London"),
    ("Berlin", "Europe/Berlin"),
    ("Istanbul", "Europe/Istanbul"),
    ("Bangalore", "Asia/Kolkata"),
    ("Beijing", "Asia/Shanghai"),
    ("Tokyo", "Asia/Tokyo"),
    ("Sydney", "Australia/Sydney"),
)
_NIGHTS: Final = ((22, 7), (23, 8), (20, 8))
_BUDGETS: Final = (5, 10, 20, 50)
_DAYS: Final = (
    ("Mo", "monday"),
    ("Tu", "tuesday"),
    ("We", "wednesday"),
    ("Th", "thursday"),
    ("Fr", "friday"),
    ("Sa", "saturday"),
    ("Su", "sunday"),
)
_RHYTHMS: Final = (
    ("At once", (Rhythm.AT_ONCE,)),
    ("Hourly", (Rhythm.HOURLY,)),
    ("Digest", (Rhythm.DAILY, Rhythm.WEEKLY)),
)
_NUMBERS: Final = 12  # subscriptions to press


def _choice(label: str, command: str, *, chosen: bool) -> Button:
    return Button(f"{_CHOSEN if chosen else ''}{label}", command, here=True)


def zones(pace: Pace) -> Buttons:
    cities = (_choice(city, f"/timezone {zone}", chosen=zone == pace.zone) for city, zone in _CITIES)
    return Buttons((*cities, SETTINGS), minor=True)


def nights(pace: Pace) -> Buttons:
    spans = (
        _choice(
            f"{start}–{end}",
            f"/quiet {start:02}:00-{end:02}:00",
            chosen=pace.quiet == Quiet(60 * start, 60 * end),
        )
        for start, end in _NIGHTS
    )
    return Buttons((*spans, _choice("Off", "/quiet off", chosen=pace.quiet is None), SETTINGS), minor=True)


def budgets(pace: Pace) -> Buttons:
    numbers = (_choice(str(number), f"/budget {number}", chosen=number == pace.budget) for number in _BUDGETS)
    return Buttons((*numbers, _choice("No limit", "/budget off", chosen=pace.budget is None), SETTINGS), minor=True)


def digests(pace: Pace) -> list[Buttons]:
    """How often, on which day, and an hour earlier or later."""
    weekly, daily = (pace.digest is rhythm for rhythm in (DigestRhythm.WEEKLY, DigestRhythm.DAILY))
    how_often = (
        _choice("Weekly", f"/digest weekly {pace.hour}:00", chosen=weekly),
        _choice("Daily", f"/digest daily {pace.hour}:00", chosen=daily),
        _choice("Off", "/digest off", chosen=pace.digest is DigestRhythm.OFF),
    )
    days = (
        _choice(label, f"/digest weekly {name} {pace.hour}:00", chosen=day == pace.weekday)
        for day, (label, name) in enumerate(_DAYS)
    )
    hours = (
        Button(label.format(hour), f"/digest {pace.digest} {hour}:00", here=True)
        for label, hour in (("‹ {0}:00", (pace.hour - 1) % 24), ("{0}:00 ›", (pace.hour + 1) % 24))
    )
    shown = (
        how_often,
        tuple(days) if weekly else (),
        tuple(hours) if weekly or daily else (),
        (Button("Show it now", "/digest"), SETTINGS),
    )
    return [Buttons(row, minor=True) for row in shown if row]


def sounds(pace: Pace) -> Buttons:
    row = (_choice("Rings", "/sound on", chosen=pace.sound), _choice("No sound", "/sound off", chosen=not pace.sound))
    return Buttons((*row, SETTINGS), minor=True)


def links(pace: Pace) -> Buttons:
    row = (_choice("Answered", "/links on", chosen=pace.links), _choice("Off", "/links off", chosen=not pace.links))
    return Buttons((*row, SETTINGS), minor=True)


def settings(platform: str) -> Buttons:
    """The settings that have choices; to be typed where nothing can be pressed."""
    named = (
        ("Time zone ›", "/timezone"),
        ("Digest ›", "/digest when"),
        ("Quiet hours ›", "/quiet"),
        ("Budget ›", "/budget"),
        *((("Sound ›", "/sound"),) if platform == "telegram" else ()),
        ("Subscriptions ›", "/subscriptions"),
    )
    return Buttons(tuple(Button(label, command, here=True) for label, command in named))


def subscription(one: Subscription, *, paused: int = 0) -> list[Buttons]:
    """What can be done with one; `paused` is the number of the mute that silences it, if one does."""
    number = one.number
    rhythms = tuple(
        _choice(label, f"/rhythm {number} {rhythms[0]}", chosen=one.rhythm in rhythms) for label, rhythms in _RHYTHMS
    )
    mute = Button("Mute for a week", f"/mute #{number} 7 days")
    priority = f"/rhythm {number} priority{' off' if one.priority else ''}"
    row = (
        _choice("Priority", priority, chosen=one.priority),
        Button("In another chat", f"/route {number}"),
        Button("Hear it again", f"/unmute {paused}") if paused else mute,
        Button("End it", f"/unsubscribe {number}", here=True),
        ALL,
    )
    share = Share("Share", f"/subscribe {one.text}")
    return [Buttons(rhythms, minor=True), Buttons((share,), minor=True), Buttons(row, minor=True)]


def numbers(mine: Sequence[int]) -> Buttons:
    """A button for each subscription."""
    row = (Button(f"#{number}", f"/subscriptions #{number}", here=True) for number in mine[:_NUMBERS])
    return Buttons((*row, SETTINGS), minor=True)
