"""GitHub by GraphQL and REST: partial answers, renames, spent allowances, and a token that stays where it belongs."""

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.repository import RepositoryAddress, RepositoryFacts
from bot.sources.github import ALIASES, GitHub
from bot.sources.web import LocalAllowances, Web
from tests.sources.server import Asked, Reply, Server

TOKEN = "ghp_averysecrettoken"
A, B, C, D, E = (RepositoryAddress("github.com", "Ada", name) for name in ("one", "two", "three", "four", "five"))


@pytest.fixture
def web() -> Iterator[Web]:
    client = Web(user_agent="paperwire tests", allowances=LocalAllowances(), timeout_s=10, patience_s=0)
    yield client
    client.close()


@pytest.fixture
def by_rest(web: Web, server: Server) -> GitHub:
    return GitHub(web, api_url=server.url(""))


@pytest.fixture
def by_graphql(web: Web, server: Server) -> GitHub:
    return GitHub(web, api_url=server.url(""), token=TOKEN)


def _rest(name: str, **other: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "full_name": f"Ada/{name}",
        "description": "Hives.",
        "stargazers_count": 12,
        "forks_count": 3,
        "language": "Python",
        "license": {"spdx_id": "MIT", "name": "MIT License"},
        "archived": True,
        "fork": False,
        "created_at": "2025-01-02T03:04:05Z",
        "pushed_at": "2026-03-04T05:06:07Z",
        **other,
    }


def _graphql(name: str, **other: Any) -> dict[str, Any]:
    return {
        "databaseId": 7,
        "nameWithOwner": f"Ada/{name}",
        "description": "Hives.",
        "stargazerCount": 12,
        "forkCount": 3,
        "primaryLanguage": {"name": "Python"},
        "licenseInfo": {"spdxId": "MIT"},
        "isArchived": True,
        "isFork": False,
        "createdAt": "2025-01-02T03:04:05Z",
        "pushedAt": "2026-03-04T05:06:07Z",
        **other,
    }


FACTS = RepositoryFacts(
    address=A,
    host_id=7,
    stars=12,
    forks=3,
    description="Hives.",
    language="Python",
    licence="MIT",
    archived=True,
    created=datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC),
    pushed=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
)


def _complaint(alias: str, kind: str, message: str = "Could not resolve to a Repository") -> dict[str, Any]:
    return {"type": kind, "path": [alias], "message": message}


# REST


def test_an_allowance_that_is_spent_leaves_the_rest_due_without_asking(by_rest: GitHub, server: Server) -> None:
    spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 3000)}
    server.route("/repos/Ada/one", body=_rest("one"), headers=spent)
    looked = by_rest.look([(A, None), (B, None), (C, None)])
    assert [asked for asked, _, _ in looked.found] == [A]
    assert looked.left == (B, C)
    assert len(looked.errors) == 1
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(403, {"message": "API rate limit exceeded"}, headers={"X-RateLimit-Remaining": "0"}),
        Reply(403, {"message": "You have exceeded a secondary rate limit."}),
        Reply(403, headers={"Retry-After": "60"}),
        Reply(429),
    ],
    ids=["spent", "secondary, in words", "secondary, with Retry-After", "429"],
)
def test_a_limit_stops_the_asking_and_names_itself_once(by_rest: GitHub, server: Server, reply: Reply) -> None:
    server.route("/repos/Ada/one", reply)
    looked = by_rest.look([(A, None), (B, None)])
    assert (looked.left, looked.missing, len(looked.errors)) == ((A, B), (), 1)
    assert len(server.asked) == 1
    assert by_rest.look([(B, None)]).left == (B,)  # the block is remembered
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [404, 451])
def test_a_repository_that_is_not_there_is_missing_and_no_error(by_rest: GitHub, server: Server, status: int) -> None:
    server.route("/repos/Ada/one", status=status)
    looked = by_rest.look([(A, None)])
    assert (looked.missing, looked.errors, looked.left) == ((A,), (), ())


def test_one_failure_leaves_that_one_and_goes_on(by_rest: GitHub, server: Server) -> None:
    server.route("/repos/Ada/one", status=500).route("/repos/Ada/two", body=_rest("two"))
    looked = by_rest.look([(A, None), (B, None)])
    assert looked.left == (A,)
    assert [asked for asked, _, _ in looked.found] == [B]
    assert looked.errors == ("Ada/one: HTTP 500 Internal Server Error",)


def test_a_service_that_is_down_is_not_asked_for_each(by_rest: GitHub, server: Server) -> None:
    for name in ("one", "two", "three", "four", "five"):
        server.route(f"/repos/Ada/{name}", manner="reset")
    looked = by_rest.look([(one, None) for one in (A, B, C, D, E)])
    assert looked.left == (A, B, C, D, E)
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    "body",
    [
        "garbage",
        [],
        {},
        {"id": "7", "full_name": "Ada/one"},
        {"id": 7, "full_name": None},
        {"id": 7, "full_name": "a/b/c"},
        {"id": 1e999, "full_name": "Ada/one"},
        {"id": True, "full_name": "Ada/one"},
        {"id": 7, "full_name": "Ada/x y"},
        {"id": 7, "full_name": "Ada/.."},
    ],
    ids=str,
)
def test_an_answer_that_names_no_repository_tells_nothing(by_rest: GitHub, server: Server, body: Any) -> None:
    server.route("/repos/Ada/one", body=body)
    looked = by_rest.look([(A, None)])
    assert (looked.found, looked.missing, looked.left) == ((), (), (A,))
    assert len(looked.errors) == 1


def test_wrong_types_of_single_facts_are_not_told(by_rest: GitHub, server: Server) -> None:
    odd = {"stargazers_count": "many", "forks_count": -1, "language": 3, "license": [], "archived": "yes"}
    server.route("/repos/Ada/one", body=_rest("one", **odd, created_at=5, pushed_at="yesterday", description=None))
    (_, facts, _) = by_rest.look([(A, None)]).found[0]
    assert facts == RepositoryFacts(address=A, host_id=7)


def test_the_facts_come_with_an_etag_and_304_is_unchanged(by_rest: GitHub, server: Server) -> None:
    server.route("/repos/Ada/one", body=_rest("one"), etag='W/"1"')
    assert by_rest.look([(A, None)]).found == ((A, FACTS, 'W/"1"'),)
    again = by_rest.look([(A, 'W/"1"')])
    assert (again.unchanged, again.found) == ((A,), ())


def test_a_licence_that_github_cannot_name_is_none(by_rest: GitHub, server: Server) -> None:
    server.route("/repos/Ada/one", body=_rest("one", license={"spdx_id": "NOASSERTION"}))
    assert by_rest.look([(A, None)]).found[0][1].licence is None


def test_a_renamed_repository_comes_under_its_present_name(by_rest: GitHub, server: Server) -> None:
    server.route("/repos/Ada/one", status=301, headers={"Location": server.url("/repositories/7")})
    server.route("/repositories/7", body=_rest("_renamed"))
    (asked, facts, _) = by_rest.look([(A, None)]).found[0]
    assert asked == A
    assert facts.address == RepositoryAddress("github.com", "Ada", "_renamed")


def test_a_refused_token_is_said_plainly_and_never_shown(web: Web, server: Server) -> None:
    server.route("/graphql", status=401, method="POST", body={"message": f"Bad credentials {TOKEN}"})
    server.route("/repos/Ada/one", status=401)
    github = GitHub(web, api_url=server.url("/"), token=TOKEN)
    for wanted in ([(A, None), (B, None)], [(A, None)]):
        looked = github.look(wanted)
        assert looked.left == tuple(address for address, _ in wanted)
        assert looked.errors == (
            "GitHub refused the token (401): make a new one at https://github.com/settings/tokens",
        )


def test_the_token_goes_to_the_apis_origin_alone(server: Server) -> None:
    with Server() as other:
        other.route("/stolen", body=_rest("one"))
        server.route("/repos/Ada/one", status=301, headers={"Location": other.url("/stolen")})
        open_web = Web(user_agent="paperwire tests", allowances=LocalAllowances(), allow_private=True)
        GitHub(open_web, api_url=server.url(""), token=TOKEN).look([(A, None)])
        open_web.close()
        assert server.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"
        assert len(other.asked) == 1
        assert "Authorization" not in other.asked[0].headers


# GraphQL


def _answering(*names: str, missing: tuple[str, ...] = ()) -> Any:
    """A route that answers each alias of the query by its variables, as GitHub does."""

    def answer(asked: Asked) -> Reply:
        query, values = asked.json()["query"], asked.json()["variables"]
        wanted = re.findall(r"(r\d+): repository\(owner: \$(\w+), name: \$(\w+)\)", query)
        data = {r: None if values[n] in missing else _graphql(values[n]) for r, _, n in wanted}
        errors = [_complaint(r, "NOT_FOUND") for r, value in data.items() if value is None]
        return Reply(body={"data": data} | ({"errors": errors} if errors else {}))

    return answer


def test_a_missing_repository_does_not_cost_the_others(by_graphql: GitHub, server: Server) -> None:
    server.route("/graphql", _answering(missing=("two",)), method="POST")
    looked = by_graphql.look([(A, '"etag"'), (B, None), (C, None)])
    assert looked.found[0] == (A, FACTS, None)
    assert [asked for asked, _, _ in looked.found] == [A, C]
    assert (looked.missing, looked.left, looked.errors) == ((B,), (), ())


def test_what_cannot_be_told_now_is_left_not_missing(by_graphql: GitHub, server: Server) -> None:
    body = {
        "data": {"r0": _graphql("one"), "r1": None, "r2": None, "r3": None},
        "errors": [
            _complaint("r1", "FORBIDDEN", "Resource protected by organization SAML enforcement"),
            _complaint("r2", "NOT_FOUND"),
            _complaint("r3", "SERVICE_UNAVAILABLE"),
        ],
    }
    server.route("/graphql", body=body, method="POST")
    looked = by_graphql.look([(one, None) for one in (A, B, C, D)])
    assert [asked for asked, _, _ in looked.found] == [A]
    assert (looked.missing, looked.left) == ((C,), (B, D))
    assert "2 of 4 repositories: FORBIDDEN" in looked.errors[0]


def test_a_null_without_any_error_is_missing_and_an_alias_that_lacks_is_left(
    by_graphql: GitHub, server: Server
) -> None:
    server.route("/graphql", body={"data": {"r0": None}}, method="POST")
    looked = by_graphql.look([(A, None), (B, None)])
    assert (looked.missing, looked.left) == ((A,), (B,))


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body={"data": None, "errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}),
        Reply(body={"errors": [{"message": "Parse error"}]}),
        Reply(body="[1, 2]"),
        Reply(body={"data": []}),
        Reply(body={"data": {}, "errors": "no"}),
        Reply(body="garbage"),
        Reply(502),
        Reply(403, "secondary rate limit"),
        Reply(body=json.dumps({"data": {"r0": None}}), manner="truncate"),
        Reply(manner="reset"),
    ],
    ids=["limited", "refused", "a list", "a list of data", "no list of errors", "noise", "502", "403", "cut", "reset"],
)
def test_when_the_query_fails_as_a_whole_all_stay_due(by_graphql: GitHub, server: Server, reply: Reply) -> None:
    server.route("/graphql", reply, method="POST")
    looked = by_graphql.look([(A, None), (B, None)])
    assert (looked.found, looked.missing, looked.left) == ((), (), (A, B))
    assert len(looked.errors) == 1


@pytest.mark.parametrize(
    "value", [7, "x", [], {}, {"databaseId": 7}, {"databaseId": None, "nameWithOwner": "Ada/one"}], ids=str
)
def test_an_alias_that_holds_no_repository_is_left(by_graphql: GitHub, server: Server, value: Any) -> None:
    server.route("/graphql", body={"data": {"r0": value, "r1": _graphql("two")}}, method="POST")
    looked = by_graphql.look([(A, None), (B, None)])
    assert (looked.left, len(looked.found)) == ((A,), 1)


def test_a_hundred_go_into_a_query_and_a_failure_leaves_what_follows(by_graphql: GitHub, server: Server) -> None:
    many = [RepositoryAddress("github.com", "Ada", f"n{number}") for number in range(2 * ALIASES + 50)]
    server.route("/graphql", _answering(), Reply(500), method="POST")
    looked = by_graphql.look([(one, None) for one in many])
    assert len(server.asked) == 2
    assert len(looked.found) == ALIASES
    assert looked.left == tuple(many[ALIASES:])


def test_names_cannot_change_the_query(by_graphql: GitHub, server: Server) -> None:
    odd = RepositoryAddress("github.com", 'x", name: "y") { id } #', "$o0}")
    server.route("/graphql", _answering(), method="POST")
    by_graphql.look([(odd, None), (A, None)])
    assert odd.owner not in server.asked[0].json()["query"]
    assert server.asked[0].json()["variables"]["o0"] == odd.owner


def test_a_single_repository_goes_by_rest_where_304_is_free(by_graphql: GitHub, server: Server) -> None:
    server.route("/repos/Ada/one", body=_rest("one"), etag='"1"')
    assert by_graphql.look([(A, '"1"')]).unchanged == (A,)
    assert server.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"


def test_nothing_wanted_asks_nothing(by_graphql: GitHub, by_rest: GitHub, server: Server) -> None:
    assert by_graphql.look([]) == by_rest.look([])
    assert server.asked == []
