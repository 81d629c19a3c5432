"""Papers With Code: bare papers and envelopes, links that only repeat Hugging Face, and JSON that may hold anything."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.errors import FetchError, RateLimited, Unreadable
from bot.sources.paperswithcode import PapersWithCode, Stated
from bot.sources.web import LocalAllowances, Web
from tests.sources.server import Reply, Server

ARXIV = "2606.00001"
PATH = f"/api/v1/papers/arxiv/{ARXIV}"
PAGE = f"https://paperswithcode.co/paper/{ARXIV}"
HIVES = {"url": "https://github.com/ada/hives", "is_official": True, "source": "github_search", "num_stars": 7}
STATED = Stated("https://github.com/ada/hives", official=True, independent=True, where=PAGE)


@pytest.fixture
def site(server: Server) -> Iterator[PapersWithCode]:
    web = Web(user_agent="paperwire tests", allowances=LocalAllowances(), timeout_s=10, patience_s=0)
    yield PapersWithCode(web, url=server.url("/api/v1/"))
    web.close()


def _paper(*repositories: Any, **other: Any) -> dict[str, Any]:
    return {"id": 412, "arxiv_id": ARXIV, "title": "Slow Bees", "repositories": list(repositories), **other}


def test_a_paper_that_is_not_there_is_none(site: PapersWithCode, server: Server) -> None:
    assert site.look_up(ARXIV) is None
    assert site.look_up("cs/9901001") is None
    assert server.paths() == [PATH, "/api/v1/papers/arxiv/cs%2F9901001"]


def test_a_server_that_asks_to_wait_is_not_asked_again(site: PapersWithCode, server: Server) -> None:
    server.route(PATH, status=429, headers={"Retry-After": "60"})
    for _ in range(2):
        with pytest.raises(RateLimited):
            site.look_up(ARXIV)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body="<!DOCTYPE html><title>Papers</title>", type="text/html"),
        Reply(body="garbage"),
        Reply(body=""),
        Reply(body="null"),
        Reply(body="[" * 100_000),
        Reply(body=[]),
        Reply(body={}),
        Reply(body={"detail": "no such thing"}),
    ],
    ids=lambda reply: str(reply.body)[:12],
)
def test_what_is_no_paper_is_unreadable(site: PapersWithCode, server: Server, reply: Reply) -> None:
    server.route(PATH, reply)
    with pytest.raises(Unreadable):
        site.look_up(ARXIV)


@pytest.mark.parametrize(
    "reply", [Reply(503), Reply(manner="reset"), Reply(manner="endless"), Reply(body=_paper(HIVES), manner="truncate")]
)
def test_a_server_in_trouble_is_a_fetch_error(site: PapersWithCode, server: Server, reply: Reply) -> None:
    server.route(PATH, reply)
    with pytest.raises(FetchError):
        site.look_up(ARXIV)


@pytest.mark.parametrize("value", [None, 7, 1e300, True, [], {}, ["x"], "\ud800", "", "x" * 50_000], ids=repr)
@pytest.mark.parametrize("field", ["url", "is_official", "source", "num_stars"])
def test_no_type_of_any_field_of_a_repository_does_harm(
    site: PapersWithCode, server: Server, field: str, value: Any
) -> None:
    server.route(PATH, body=json.dumps(_paper({**HIVES, field: value}, HIVES | {"url": "https://github.com/bo/b"})))
    told = site.look_up(ARXIV)
    assert told is not None
    assert told[-1].url == "https://github.com/bo/b"
    assert all(len(one.url) <= 500 and one.official in (True, None) for one in told)


@pytest.mark.parametrize("value", [None, 7, True, "x", {}, {"url": "x"}, [None, 7, "x", [], {}]], ids=repr)
def test_repositories_of_a_wrong_type_are_not_told(site: PapersWithCode, server: Server, value: Any) -> None:
    server.route(PATH, body={"id": 412, "repositories": value})
    assert site.look_up(ARXIV) == ()


@pytest.mark.parametrize(
    "body",
    [
        _paper(HIVES, arxiv_id="2606.99999"),
        {"count": 0, "results": [], "applied_filters": {}},
        {"count": 1, "results": [_paper(HIVES, arxiv_id="2606.99999")]},
        {"results": None},
    ],
    ids=["another paper", "none", "another in a list", "null"],
)
def test_another_paper_than_the_one_asked_for_is_none(site: PapersWithCode, server: Server, body: Any) -> None:
    server.route(PATH, body=body)
    assert site.look_up(ARXIV) is None


@pytest.mark.parametrize(
    "body",
    [
        _paper(HIVES),
        {"count": 1, "results": _paper(HIVES), "applied_filters": {}},
        {"count": 2, "results": [7, _paper(arxiv_id="2606.99999"), _paper(HIVES)]},
        {"repositories": [HIVES]},
        _paper(HIVES, arxiv_id=f"{ARXIV}v2"),
        _paper(HIVES, arxiv_id=7),
    ],
    ids=["bare", "in an envelope", "in a list", "no ids", "with a version", "odd id"],
)
def test_a_paper_is_read_in_any_envelope(site: PapersWithCode, server: Server, body: Any) -> None:
    server.route(PATH, body=body)
    assert site.look_up(ARXIV) == (STATED,)
    assert server.asked[0].query == {"include_resources": "true"}


@pytest.mark.parametrize(
    ("source", "independent"),
    [
        ("hf_api", False),
        ("HF", False),
        ("huggingface", False),
        ("Hugging Face papers", False),
        ("paper_text", True),
        ("halfway", True),
        (None, True),
    ],
)
def test_what_comes_from_hugging_face_is_no_vote_of_its_own(
    site: PapersWithCode, server: Server, source: Any, independent: bool
) -> None:
    server.route(PATH, body=_paper({**HIVES, "source": source}))
    told = site.look_up(ARXIV)
    assert told is not None
    assert [one.independent for one in told] == [independent]


@pytest.mark.parametrize("official", [True, False])
def test_whose_it_is_is_told(site: PapersWithCode, server: Server, official: bool) -> None:
    server.route(PATH, body=_paper({**HIVES, "is_official": official}))
    told = site.look_up(ARXIV)
    assert told is not None
    assert told[0].official is official


@pytest.mark.parametrize(("key", "path"), [(412, "412"), ("slow-bees", "slow-bees"), ("a/b", "a%2Fb")])
def test_resources_that_are_missing_are_asked_for_once_by_the_sites_own_id(
    site: PapersWithCode, server: Server, key: Any, path: str
) -> None:
    server.route(PATH, body={"id": key, "arxiv_id": ARXIV})
    server.route(f"/api/v1/papers/{path}", body=_paper(HIVES))
    assert site.look_up(ARXIV) == (STATED,)
    assert [asked.query for asked in server.asked] == [{"include_resources": "true"}] * 2


def test_resources_that_stay_missing_are_none_stated(site: PapersWithCode, server: Server) -> None:
    server.route(PATH, body={"id": 412, "arxiv_id": ARXIV})
    assert site.look_up(ARXIV) == ()
    assert server.paths() == [PATH, "/api/v1/papers/412"]


def test_a_long_list_is_cut_and_each_address_told_once(site: PapersWithCode, server: Server) -> None:
    many = [{"url": f"https://github.com/ada/hive{number}"} for number in range(30)]
    server.route(PATH, body=_paper(HIVES, HIVES, *many))
    told = site.look_up(ARXIV)
    assert told is not None
    assert [one.url for one in told][:2] == ["https://github.com/ada/hives", "https://github.com/ada/hive0"]
    assert len(told) == 20


def test_addresses_are_cleaned_not_parsed(site: PapersWithCode, server: Server) -> None:
    server.route(PATH, body=_paper({"url": "  https://Github.com/Ada/hives.git\u202e\n(code) "}))
    told = site.look_up(ARXIV)
    assert told is not None
    assert told[0].url == "https://Github.com/Ada/hives.git (code)"
