"""Hugging Face: lists, single papers, who stated a repository, what names a paper, and JSON that may hold anything."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.feed import Batch, Feed, Source, Validators
from bot.domain.link import Evidence, EvidenceKind, Linked
from bot.domain.paper import FetchedPaper, PaperId, StatedRepository
from bot.errors import FetchError, RateLimited, Unreadable
from bot.sources.huggingface import HuggingFace
from bot.sources.web import LocalAllowances, Web
from tests.sources.server import Asked, Reply, Server

PERSON, MACHINE = EvidenceKind.HUGGING_FACE_PERSON, EvidenceKind.HUGGING_FACE_AUTO
TOKEN = "hf_averysecrettoken"
NOTHING = Validators()


@pytest.fixture
def hub(server: Server) -> Iterator[HuggingFace]:
    web = Web(user_agent="paperwire tests", allowances=LocalAllowances(), timeout_s=10, patience_s=0)
    yield HuggingFace(web, url=server.url("/"))
    web.close()


def _paper(arxiv: str = "2606.00001", **other: Any) -> dict[str, Any]:
    return {
        "id": arxiv,
        "title": "Slow  Bees",
        "summary": "A hive learns.",
        "authors": [{"name": "Ada Lin", "hidden": False}, {"name": ""}, {"name": None}, "x"],
        "publishedAt": "2026-05-30T00:00:00.000Z",
        "submittedOnDailyAt": "2026-06-12T01:02:03.000Z",
        **other,
    }


def _row(arxiv: str = "2606.00001", **other: Any) -> dict[str, Any]:
    return {"paper": _paper(arxiv, **other), "title": "Title of the row", "summary": "Summary of the row"}


def _fetch(hub: HuggingFace, url: str | None = None, validators: Validators = NOTHING) -> Batch:
    return hub.fetch(Feed(1, Source.HUGGING_FACE, url or hub.day_url(), "daily papers", validators=validators))


PAPER = FetchedPaper(
    ids=(PaperId("arxiv", "2606.00001"),),
    title="Slow Bees",
    abstract="A hive learns.",
    authors=("Ada Lin",),
    published=datetime(2026, 5, 30, tzinfo=UTC),
    announced=datetime(2026, 6, 12, 1, 2, 3, tzinfo=UTC),
)


@pytest.mark.parametrize(
    "body", [{}, {"error": "no"}, "garbage", "", "null", "7", "[" * 100_000], ids=lambda body: str(body)[:9]
)
def test_what_is_no_list_is_unreadable(hub: HuggingFace, server: Server, body: Any) -> None:
    server.route("/api/daily_papers", body=body)
    with pytest.raises(Unreadable):
        _fetch(hub)


@pytest.mark.parametrize("body", [[], {}, {"id": 5}, {"id": "x"}, "garbage", "null"], ids=str)
def test_what_is_no_paper_is_unreadable(hub: HuggingFace, server: Server, body: Any) -> None:
    server.route("/api/papers/2606.00001", body=body)
    with pytest.raises(Unreadable):
        hub.look_up("2606.00001")


def test_a_date_to_come_is_an_error(hub: HuggingFace, server: Server) -> None:
    server.route("/api/daily_papers", status=400, body={"error": "Invalid input: date must not be in the future"})
    with pytest.raises(FetchError, match="400"):
        _fetch(hub)


def test_a_spent_allowance_is_remembered(hub: HuggingFace, server: Server) -> None:
    server.route("/api/daily_papers", status=429, headers={"RateLimit": '"api";r=0;t=212'})
    for _ in range(2):
        with pytest.raises(RateLimited):
            _fetch(hub)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "bad",
    [
        None,
        1,
        "x",
        [],
        {},
        {"paper": None},
        {"paper": []},
        {"paper": {"id": 2606.00001}},
        {"paper": {"id": None}},
        {"paper": {"id": "10.1234/x"}},
        {"paper": {"id": "9" * 10_000}},
    ],
    ids=lambda bad: str(bad)[:30],
)
def test_a_single_bad_row_is_skipped(hub: HuggingFace, server: Server, bad: Any) -> None:
    server.route("/api/daily_papers", body=[bad, _row()])
    assert _fetch(hub).papers == (PAPER,)


@pytest.mark.parametrize(
    "value", [None, 7, 1e300, True, [], {}, ["x"], {"name": "x"}, "\ud800", "x" * 50_000], ids=repr
)
@pytest.mark.parametrize(
    "field",
    ["title", "summary", "authors", "publishedAt", "submittedOnDailyAt", "githubRepo", "githubRepoAddedBy"],
)
def test_no_type_of_any_field_does_harm(hub: HuggingFace, server: Server, field: str, value: Any) -> None:
    server.route("/api/daily_papers", body=json.dumps([_row(**{field: value})]))
    (paper,) = _fetch(hub).papers
    assert paper.ids == PAPER.ids
    assert len(paper.title) <= 500


def test_a_day_far_out_is_not_told(hub: HuggingFace, server: Server) -> None:
    server.route("/api/daily_papers", body=[_row(publishedAt="0001-01-01T00:00:00+23:00")])
    assert _fetch(hub).papers[0].published is None


def test_a_list_is_read_and_not_again_when_unchanged(hub: HuggingFace, server: Server) -> None:
    server.route("/api/daily_papers", body=[_row()], etag='W/"1"')
    batch = _fetch(hub)
    assert batch.papers == (PAPER,)
    assert batch.announced == PAPER.announced
    assert _fetch(hub, validators=batch.validators).not_modified


def test_what_the_paper_lacks_is_taken_from_its_row(hub: HuggingFace, server: Server) -> None:
    server.route("/api/daily_papers", body=[_row(title=None, summary="")])
    (paper,) = _fetch(hub).papers
    assert (paper.title, paper.abstract) == ("Title of the row", "Summary of the row")


def test_an_empty_weekend_is_a_valid_batch(hub: HuggingFace, server: Server) -> None:
    server.route("/api/daily_papers", body=[])
    assert _fetch(hub).papers == ()


def test_pages_are_read_until_one_is_short(hub: HuggingFace, server: Server) -> None:
    rows = [_row(f"2606.{number:05}") for number in range(25)]

    def page(asked: Asked) -> Reply:
        at = 10 * int(asked.query.get("p", "0"))
        return Reply(body=rows[at : at + 10])

    server.route("/api/daily_papers", page)
    assert len(_fetch(hub, server.url("/api/daily_papers?date=2026-06-12&limit=10")).papers) == 25
    assert [asked.query.get("p") for asked in server.asked] == [None, "1", "2"]
    assert {asked.query["date"] for asked in server.asked} == {"2026-06-12"}


def test_a_server_that_repeats_its_first_page_is_not_asked_for_ever(hub: HuggingFace, server: Server) -> None:
    server.route("/api/daily_papers", body=[_row("2606.00001"), _row("2606.00002")])
    assert len(_fetch(hub, server.url("/api/daily_papers?limit=2")).papers) == 2
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("added_by", "kind", "official"),
    [("user", PERSON, True), ("auto", MACHINE, None), (None, MACHINE, None), (7, MACHINE, None)],
)
def test_a_repository_is_official_only_when_a_person_stated_it(
    hub: HuggingFace, server: Server, added_by: Any, kind: EvidenceKind, official: bool | None
) -> None:
    url = "https://github.com/ada/hives"
    server.route("/api/papers/2606.00001", body=_paper(githubRepo=url, githubRepoAddedBy=added_by))
    paper = hub.look_up("2606.00001")
    evidence = Evidence(kind, where="https://huggingface.co/papers/2606.00001", official=official)
    assert paper is not None
    assert paper.stated == (StatedRepository(url, evidence),)


def test_a_paper_that_hugging_face_does_not_have_is_none(hub: HuggingFace, server: Server) -> None:
    assert hub.look_up("2606.00001") is None
    assert hub.look_up("cs/9901001") is None
    assert server.paths() == ["/api/papers/2606.00001", "/api/papers/cs%2F9901001"]


def test_a_days_address_names_the_day_and_a_full_page(hub: HuggingFace, server: Server) -> None:
    assert hub.day_url(date(2026, 6, 12)) == server.url("/api/daily_papers?date=2026-06-12&limit=100")
    assert hub.day_url() == server.url("/api/daily_papers?limit=100")


def test_where_todays_list_is_refused_as_a_future_day_the_newest_is_read(hub: HuggingFace, server: Server) -> None:
    server.route(
        "/api/daily_papers", lambda asked: Reply(status=400) if "date" in asked.query else Reply(body=[_row()])
    )
    assert [paper.arxiv for paper in _fetch(hub, hub.day_url(date(2026, 6, 13))).papers] == ["2606.00001"]


def test_the_newest_list_that_is_refused_is_an_error(hub: HuggingFace, server: Server) -> None:
    server.route("/api/daily_papers", status=400)
    with pytest.raises(FetchError, match="400"):
        _fetch(hub)


def test_a_paper_that_nothing_can_be_linked_to_is_none(hub: HuggingFace, server: Server) -> None:
    assert hub.linked("2606.00001") is None
    assert hub.linked("cs/9901001") is None
    assert server.paths() == ["/api/arxiv/2606.00001/repos", "/api/arxiv/cs%2F9901001/repos"]


@pytest.mark.parametrize("body", [[], "garbage", "<!DOCTYPE html><p>x</p>", "null", "7"], ids=str)
def test_links_that_are_no_object_are_unreadable(hub: HuggingFace, server: Server, body: Any) -> None:
    server.route("/api/arxiv/2606.00001/repos", body=body)
    with pytest.raises(Unreadable):
        hub.linked("2606.00001")


@pytest.mark.parametrize("value", [None, 7, True, "x", {}, {"id": "x"}], ids=repr)
def test_links_of_a_wrong_type_are_none(hub: HuggingFace, server: Server, value: Any) -> None:
    server.route("/api/arxiv/2606.00001/repos", body={"models": value, "datasets": value, "spaces": value})
    assert hub.linked("2606.00001") == Linked(0, 0, 0, ())


def test_links_are_counted_and_the_models_most_used_named(hub: HuggingFace, server: Server) -> None:
    models = [
        {"id": "ada/quiet"},
        {"id": "ada/liked", "downloads": 5, "likes": 9},
        {"id": "ada/hive", "downloads": 900, "likes": 0},
        {"id": "ada/fresh", "downloads": 5, "likes": 2},
        {"id": "ada/odd", "downloads": "many", "likes": -3},
        {"id": 7, "downloads": 10**6},
        None,
    ]
    server.route("/api/arxiv/2606.00001/repos", body={"models": models, "datasets": [{"id": "ada/data"}], "spaces": []})
    assert hub.linked("2606.00001") == Linked(7, 1, 0, ("ada/hive", "ada/liked", "ada/fresh"))


def test_the_token_goes_to_hugging_face_alone(server: Server) -> None:
    with Server() as other:
        for one in (server, other):
            one.route("/api/daily_papers", body=[]).route("/api/papers/2606.00001", body=_paper())
            one.route("/api/arxiv/2606.00001/repos", body={})
        web = Web(user_agent="paperwire tests", allowances=LocalAllowances(), allow_private=True)
        hub = HuggingFace(web, url=server.url(""), token=TOKEN)
        _fetch(hub)
        _fetch(hub, other.url("/api/daily_papers"))
        hub.look_up("2606.00001")
        hub.linked("2606.00001")
        web.close()
        assert [asked.headers["Authorization"] for asked in server.asked] == [f"Bearer {TOKEN}"] * 3
        assert [asked.headers["Authorization"] for asked in other.asked] == [None]
