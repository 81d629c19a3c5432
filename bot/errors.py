"""Every error that somebody can act on. Bugs are not in this tree: they pass through, loudly.

PaperwireError                    id    meaning; what the reader should do stands in the message
├── SettingsError                 config    one or several settings are wrong (all of them are named)
├── InUse                         in-use    another `run` has this data folder
├── CannotServe                   web       the web door can't be opened at this port
├── StorageError                  storage   the database can't do what was asked
│   ├── NewerDatabase             newer     it was written by a newer paperwire
│   ├── DamagedDatabase           damaged   it is not (or no longer) a database
│   └── NoSpace                   full      the disk is full, or the folder can't be written
├── FetchError                    fetch     a source couldn't be read; carries status and retry_at
│   ├── Gone                      gone      410: it will not come back
│   ├── Missing                   missing   404: there is nothing at this address
│   ├── RateLimited               limited   the source asks to wait (429, Retry-After, spent allowance)
│   ├── Refused                   refused   we won't: a private address, a bad scheme, too many redirects
│   ├── TooLarge                  large     the answer is larger than its kind may be
│   └── Unreadable                garbage   an answer came, but not in the form that was asked for
├── BadQuery                      query     a person's words can't be understood; carries a place and a hint
└── DeliveryFailed                delivery  a chat couldn't be reached; permanent or not, and when to try again
    └── ChannelDown               channel   the whole channel can't send (a revoked token): all waits
"""

from datetime import datetime


class PaperwireError(Exception):
    """The root: catch this where any expected failure is shown to a person."""

    id = "paperwire"


class SettingsError(PaperwireError):
    id = "config"


class InUse(PaperwireError):
    id = "in-use"


class CannotServe(PaperwireError):
    id = "web"


class StorageError(PaperwireError):
    id = "storage"


class NewerDatabase(StorageError):
    id = "newer"


class DamagedDatabase(StorageError):
    id = "damaged"


class NoSpace(StorageError):
    id = "full"


class FetchError(PaperwireError):
    """`status` is the HTTP status, if there was one; `retry_at` the earliest useful next try (UTC, real clock)."""

    id = "fetch"

    def __init__(self, message: str, *, status: int | None = None, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_at = retry_at


class Gone(FetchError):
    id = "gone"


class Missing(FetchError):
    id = "missing"


class RateLimited(FetchError):
    id = "limited"


class Refused(FetchError):
    id = "refused"


class TooLarge(FetchError):
    id = "large"


class Unreadable(FetchError):
    id = "garbage"


class BadQuery(PaperwireError):
    """`place` is the index, in the text that was typed, of the first character that can't be understood."""

    id = "query"

    def __init__(self, message: str, *, place: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.place = place
        self.hint = hint


class DeliveryFailed(PaperwireError):
    """`permanent`: out of reach until somebody acts. `retry_at` is UTC; `moved_to` a new address; `counts` as a try."""

    id = "delivery"

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        retry_at: datetime | None = None,
        moved_to: str | None = None,
        counts: bool = True,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_at = retry_at
        self.moved_to = moved_to
        self.counts = counts


class MessageRefused(DeliveryFailed):
    id = "message"


class ChannelDown(DeliveryFailed):
    id = "channel"
