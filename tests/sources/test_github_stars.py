"""GitHub's history of stars, and the latest release beside the counts: odd answers are none, failures are errors."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.repository import Release, RepositoryAddress
from bot.domain.stars import StarDay
from bot.errors import FetchError, RateLimited
from bot.sources.github import GitHub
from bot.sources.github_stars import StarHistory
from bot.sources.web import LocalAllowances, Web
from tests.sources.server import Reply, Server

TOKEN = "ghp_averysecrettoken"
ADA = RepositoryAddress("github.com", "Ada", "nets")
PATH = "/repos/Ada/nets/stargazers/history"
SUNDAY = int(datetime(2026, 3, 8, tzinfo=UTC).timestamp())
TODAY = date(2026, 3, 12)


@pytest.fixture
def web() -> Iterator[Web]:
    client = Web(user_agent="paperwire tests", allowances=LocalAllowances(), timeout_s=10, patience_s=0)
    yield client
    client.close()


@pytest.fixture
def history(web: Web, server: Server) -> StarHistory:
    return StarHistory(web, api_url=server.url("/"), token=TOKEN)


def _week(begin: int = SUNDAY, *days: Any) -> dict[str, Any]:
    return {"week": begin, "total": 0, "days": list(days)}


@pytest.mark.parametrize(
    "reply",
    [Reply(500), Reply(401), Reply(manner="reset"), Reply(200, "<html>")],
    ids=["500", "401", "reset", "no JSON"],
)
def test_what_fails_is_an_error_without_the_token(history: StarHistory, server: Server, reply: Reply) -> None:
    server.route(PATH, reply)
    with pytest.raises(FetchError) as raised:
        history.past(ADA, today=TODAY)
    assert TOKEN not in str(raised.value)


def test_a_spent_allowance_is_told(history: StarHistory, server: Server) -> None:
    server.route(PATH, status=403, body={"message": "API rate limit exceeded"}, headers={"Retry-After": "60"})
    with pytest.raises(RateLimited):
        history.past(ADA, today=TODAY)


@pytest.mark.parametrize("status", [404, 410, 422, 451])
def test_a_host_without_history_has_none(history: StarHistory, server: Server, status: int) -> None:
    server.route(PATH, status=status)
    assert history.past(ADA, today=TODAY) is None


def test_the_weeks_come_as_days_the_oldest_first_up_to_yesterday(history: StarHistory, server: Server) -> None:
    server.route(PATH, body=[_week(SUNDAY, 1, 2, 3, 184, 0, 0, 0), _week(SUNDAY - 7 * 86400, 0, 0, 0, 0, 0, 0, 9)])
    told = history.past(ADA, today=TODAY)
    assert told is not None
    assert told[-1] == StarDay(date(2026, 3, 11), 184)
    assert told[6:8] == (StarDay(date(2026, 3, 7), 9), StarDay(date(2026, 3, 8), 1))
    assert len(told) == 11
    (asked,) = server.asked
    assert asked.headers["X-GitHub-Api-Version"] == "2026-03-10"


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"message": "?"},
        [None, 7, "x", []],
        [{"week": "x", "days": [1]}],
        [{"week": -5, "days": [1]}],
        [{"week": 10**15, "days": [1]}],
        [{"week": 86400, "days": [1]}],
        [{"week": SUNDAY, "days": None}],
        [{"week": SUNDAY, "days": [-1, "2", None, True, 1.5]}],
    ],
)
def test_odd_answers_are_no_history(history: StarHistory, server: Server, body: Any) -> None:
    server.route(PATH, body=body)
    assert history.past(ADA, today=TODAY) is None


def test_more_than_a_week_a_week_and_more_than_thirty_weeks_are_cut(history: StarHistory, server: Server) -> None:
    weeks = [_week(SUNDAY - 7 * 86400 * n, *[1] * 500) for n in range(200)]
    server.route(PATH, body=weeks)
    told = history.past(ADA, today=TODAY)
    assert told is not None
    assert len(told) == 29 * 7 + 4


# Releases -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "release"),
    [
        ({}, None),
        ({"latestRelease": None}, Release()),
        (
            {"latestRelease": {"tagName": "v1.0", "url": "https://github.com/Ada/nets/releases/tag/v1.0",
                               "publishedAt": "2026-03-04T05:06:07Z"}},
            Release("v1.0", "https://github.com/Ada/nets/releases/tag/v1.0", datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)),
        ),
        ({"latestRelease": {"tagName": "v1", "url": "javascript:alert(1)", "publishedAt": 5}}, Release("v1")),
        ({"latestRelease": {"tagName": ["v1"]}}, Release()),
    ],
)  # fmt: skip
def test_the_latest_release(web: Web, server: Server, told: dict[str, Any], release: Release | None) -> None:
    one = {"databaseId": 7, "nameWithOwner": "Ada/nets", "stargazerCount": 12, **told}
    server.route("/graphql", method="POST", body={"data": {"r0": one, "r1": None}})
    looked = GitHub(web, api_url=server.url(""), token=TOKEN).look([(ADA, None), (ADA, None)])
    assert looked.found[0][1].release == release


LATEST = "/repos/Ada/nets/releases/latest"


@pytest.mark.parametrize("reply", [Reply(500), Reply(401), Reply(manner="reset"), Reply(200, "<html>")], ids=str)
def test_a_release_that_cannot_be_read_is_an_error(web: Web, server: Server, reply: Reply) -> None:
    server.route(LATEST, reply)
    with pytest.raises(FetchError) as raised:
        GitHub(web, api_url=server.url(""), token=TOKEN).release(ADA)
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize(
    "body", [{}, [], {"tag_name": 7}, {"tag_name": None, "html_url": "javascript:alert(1)"}], ids=str
)
def test_an_odd_release_is_none(web: Web, server: Server, body: Any) -> None:
    server.route(LATEST, body=body)
    assert GitHub(web, api_url=server.url("")).release(ADA) == Release()


def test_a_release_by_itself(web: Web, server: Server) -> None:
    host = GitHub(web, api_url=server.url(""))
    assert host.release(ADA) == Release()
    url = "https://github.com/Ada/nets/releases/tag/v1.0"
    told = {"tag_name": "v1.0", "html_url": url, "published_at": "2026-03-04T05:06:07Z"}
    server.route(LATEST, body=told, headers={"x-ratelimit-remaining": "17"})
    assert host.release(ADA) == Release("v1.0", url, datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC))
    assert host.spare == 7
