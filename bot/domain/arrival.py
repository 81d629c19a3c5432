"""What comes in from a platform, before anybody has looked at it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrival:
    """The platform's id of it, the same when it comes again, and its JSON as it came."""

    key: str
    body: str
