"""Inside GitHub's repositories: what isn't there is an answer, what failed is an error, and the token stays at home."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.domain.repository import RepositoryAddress
from bot.errors import FetchError, RateLimited, Unreadable
from bot.sources.github_inside import MOST_FOUND, MOST_PATHS, Inside
from bot.sources.web import LocalAllowances, Web
from tests.sources.server import Asked, Reply, Server

TOKEN = "ghp_averysecrettoken"
ADA = RepositoryAddress("github.com", "Ada", "nets")
README, TREE = "/repos/Ada/nets/readme", "/repos/Ada/nets/git/trees/HEAD"
FILE, RELEASE, SEARCH = "/repos/Ada/nets/contents/a/train.py", "/repos/Ada/nets/releases/latest", "/search/repositories"

Ask = Callable[[Inside], object]
ASKS: list[tuple[str, Ask]] = [
    (README, lambda inside: inside.readme(ADA)),
    (TREE, lambda inside: inside.paths(ADA)),
    (FILE, lambda inside: inside.file(ADA, "a/train.py")),
    (RELEASE, lambda inside: inside.released(ADA)),
    (SEARCH, lambda inside: inside.search("2301.12345")),
]
IDS = ["readme", "paths", "file", "released", "search"]


@pytest.fixture
def web() -> Iterator[Web]:
    client = Web(user_agent="paperwire tests", allowances=LocalAllowances(), timeout_s=10, patience_s=0)
    yield client
    client.close()


@pytest.fixture
def inside(web: Web, server: Server) -> Inside:
    return Inside(web, api_url=server.url("/"), token=TOKEN)


def _tree(*paths: str, **other: Any) -> dict[str, Any]:
    return {"tree": [{"path": path, "type": "blob"} for path in paths], "truncated": False, **other}


def _item(name: str, number: int = 7) -> dict[str, Any]:
    return {"id": number, "full_name": f"Ada/{name}", "stargazers_count": 12, "description": "Nets."}


# What failed


@pytest.mark.parametrize(("path", "ask"), ASKS, ids=IDS)
def test_a_spent_allowance_is_told_to_who_asks(inside: Inside, server: Server, path: str, ask: Ask) -> None:
    server.route(path, status=403, body={"message": "API rate limit exceeded"}, headers={"Retry-After": "60"})
    with pytest.raises(RateLimited):
        ask(inside)
    with pytest.raises(RateLimited):  # the block is remembered
        ask(inside)
    assert len(server.asked) == 1


@pytest.mark.parametrize("reply", [Reply(500), Reply(401), Reply(manner="reset")], ids=["500", "401", "reset"])
@pytest.mark.parametrize(("path", "ask"), ASKS, ids=IDS)
def test_what_fails_is_an_error_without_the_token(
    inside: Inside, server: Server, path: str, ask: Ask, reply: Reply
) -> None:
    server.route(path, reply)
    with pytest.raises(FetchError) as raised:
        ask(inside)
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize(("path", "ask"), [ASKS[1], ASKS[4]], ids=["paths", "search"])
def test_an_answer_that_is_no_json_is_unreadable(inside: Inside, server: Server, path: str, ask: Ask) -> None:
    server.route(path, body="<html>")
    with pytest.raises(Unreadable):
        ask(inside)


# What isn't there


@pytest.mark.parametrize("status", [404, 410, 451])
def test_what_is_not_there_is_an_answer(inside: Inside, server: Server, status: int) -> None:
    for path, _ in ASKS:
        server.route(path, status=status)
    assert [ask(inside) for _, ask in ASKS] == [None, None, None, False, ()]


def test_an_empty_repository_has_no_paths(inside: Inside, server: Server) -> None:
    server.route(TREE, status=409, body={"message": "Git Repository is empty."})
    assert inside.paths(ADA) == ()


def test_of_other_hosts_nothing_is_asked(inside: Inside, server: Server) -> None:
    other = RepositoryAddress("gitlab.com", "Ada", "nets")
    assert (inside.readme(other), inside.paths(other), inside.file(other, "a")) == (None, None, None)
    assert server.asked == []


@pytest.mark.parametrize("path", ["", "/", "../../user", "a/../b", "./a", "a//b", "a\nb", "\ud800"])
def test_a_path_that_leads_elsewhere_is_not_asked_for(inside: Inside, server: Server, path: str) -> None:
    assert inside.file(ADA, path) is None
    assert server.asked == []


@pytest.mark.parametrize("announced", [True, False])
def test_what_is_too_large_is_not_read(inside: Inside, server: Server, announced: bool) -> None:
    large = Reply(body=b"a" * 5_000_000) if announced else Reply(body=b"a" * 100_000, manner="endless")
    server.route(README, large).route(FILE, large)
    assert inside.readme(ADA) == ""
    assert inside.file(ADA, "a/train.py") is None


@pytest.mark.parametrize(
    "body", [[], {}, {"tree": None}, {"tree": [None, 7, {}, {"type": "blob"}, {"type": "blob", "path": 7}]}], ids=str
)
def test_a_tree_of_another_form_has_no_paths(inside: Inside, server: Server, body: Any) -> None:
    server.route(TREE, body=body)
    assert inside.paths(ADA) == ()


def test_a_search_that_github_cannot_understand_finds_nothing(inside: Inside, server: Server) -> None:
    server.route(SEARCH, status=422)
    assert inside.search('"') == ()


# What is there


def test_the_readme_comes_raw_and_with_the_token(inside: Inside, server: Server) -> None:
    server.route(README, body="# Nets – deep", type="application/vnd.github.raw+json; charset=utf-8")
    assert inside.readme(ADA) == "# Nets – deep"
    assert server.asked[0].headers["Accept"] == "application/vnd.github.raw+json"
    assert server.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", ""),
        ("\ufefftorch".encode(), "torch"),
        ("torch".encode("utf-16"), "torch"),
        (b"t\x00o\xff", "to\ufffd"),
    ],
    ids=["empty", "marked", "UTF-16", "bytes"],
)
def test_a_file_is_text_in_whatever_encoding(inside: Inside, server: Server, body: bytes, text: str) -> None:
    server.route(FILE, body=body)
    assert inside.file(ADA, "a/train.py") == text


def test_a_path_is_asked_for_as_it_is_written(inside: Inside, server: Server) -> None:
    server.route("/repos/Ada/nets/contents/a%20b/c%23%3F.py", body="x")
    assert inside.file(ADA, "a b/c#?.py") == "x"


def test_the_paths_are_those_of_files(inside: Inside, server: Server) -> None:
    told = _tree("README.md", "a/train.py", "", "x\ny", "\ud800", "z" * 5000, truncated=True)
    told["tree"] += [{"path": "a", "type": "tree"}, {"path": "lib", "type": "commit"}]
    server.route(TREE, body=told)
    assert inside.paths(ADA) == ("README.md", "a/train.py")
    assert server.asked[0].query == {"recursive": "1"}


def test_of_very_many_paths_the_first_are_taken(inside: Inside, server: Server) -> None:
    server.route(TREE, body=_tree(*(f"{number}.py" for number in range(MOST_PATHS + 5))))
    assert len(inside.paths(ADA) or ()) == MOST_PATHS


def test_a_release_is_there_or_not(inside: Inside, server: Server) -> None:
    server.route(RELEASE, body={"tag_name": "v1"})
    assert inside.released(ADA) is True


def test_a_renamed_repository_is_followed(inside: Inside, server: Server) -> None:
    server.route(README, status=301, headers={"Location": server.url("/repositories/7/readme")})
    server.route("/repositories/7/readme", body="# Nets")
    assert inside.readme(ADA) == "# Nets"


def test_the_search_asks_for_the_id_and_keeps_what_is_a_repository(inside: Inside, server: Server) -> None:
    items = [None, {"id": 7}, _item("one", 1), *(_item(f"n{number}", number) for number in range(2, 30))]
    server.route(SEARCH, lambda asked: _found(asked, items))
    found = inside.search("2301.12345")
    assert [facts.host_id for facts in found] == list(range(1, MOST_FOUND - 1))
    assert (found[0].address.slug, found[0].stars, found[0].description) == ("Ada/one", 12, "Nets.")


def _found(asked: Asked, items: list[Any]) -> Reply:
    assert asked.query == {"q": '"2301.12345" in:readme,description', "per_page": "10"}
    return Reply(body={"total_count": len(items), "items": items})


def test_without_a_token_none_is_sent(web: Web, server: Server) -> None:
    server.route(README, body="x")
    Inside(web, api_url=server.url("")).readme(ADA)
    assert "Authorization" not in server.asked[0].headers
