"""How many stars a repository on GitHub gained day by day: its history, which is public since September 2026."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from bot.domain.repository import RepositoryAddress
from bot.domain.stars import StarDay
from bot.errors import FetchError, Gone, Missing
from bot.sources.fields import count, mapping, rows
from bot.sources.web import Lane, Web

_WEEKS: Final = 30
_UNAVAILABLE: Final = (422, 451)
_OLDEST: Final = date(2007, 10, 1)  # GitHub's own beginning


class StarHistory:
    """`api_url` is the settings': trusted. The token goes to its origin alone, and into no message."""

    def __init__(self, web: Web, *, api_url: str, token: str | None = None) -> None:
        self._web = web
        self._api_url = api_url.rstrip("/")
        self._headers = {"X-GitHub-Api-Version": "2026-03-10"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._lane = Lane("github-rest")

    def past(self, address: RepositoryAddress, *, today: date) -> tuple[StarDay, ...] | None:
        """The days of the last thirty weeks up to yesterday, the oldest first; None where there is no history.

        Raises FetchError.
        """
        owner, name = quote(address.owner, safe=""), quote(address.name, safe="")
        try:
            answer = self._web.get(
                f"{self._api_url}/repos/{owner}/{name}/stargazers/history",
                accept="application/vnd.github+json",
                headers=self._headers,
                params={"per_page": str(_WEEKS)},
                trusted=True,
                lane=self._lane,
            )
        except (Missing, Gone):
            return None
        except FetchError as error:
            if error.status not in _UNAVAILABLE:
                raise
            return None
        days = {told.day: told for week in rows(answer.json())[:_WEEKS] for told in _days(week) if told.day < today}
        return tuple(days[day] for day in sorted(days)) or None


def _days(week: Any) -> Iterator[StarDay]:
    """The days of a week, which begins on a Sunday; what is no week has none."""
    told = mapping(week)
    seconds = count(told, "week")
    if seconds is None or seconds > 2**34:
        return
    begin = datetime.fromtimestamp(seconds, UTC).date()
    for at, gained in enumerate(rows(told.get("days"))[:7]):
        number = count({"gained": gained}, "gained")
        if number is not None and begin > _OLDEST:
            yield StarDay(begin + timedelta(days=at), number)
