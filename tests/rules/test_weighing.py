"""What all the evidence of a link comes to."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.link import Evidence, EvidenceKind
from bot.rules.weighing import BOTH_WAYS, SURE, WEIGHTS, Verdict, weigh

NOW = datetime(2026, 3, 5, tzinfo=UTC)
Kind = EvidenceKind


def piece(kind: Kind, official: bool | None = None, *, days: int = 0) -> Evidence:
    return Evidence(kind, "here", official=official, last_seen=NOW + timedelta(days=days))


ABSTRACT = piece(Kind.ABSTRACT, True)
PERSON = piece(Kind.HUGGING_FACE_PERSON, True)
MACHINE = piece(Kind.HUGGING_FACE_AUTO)
CITES = piece(Kind.README)
UNOFFICIAL = piece(Kind.README, False)


def test_nothing_says_nothing() -> None:
    assert weigh([]) == Verdict(None, 0.01)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.CONFIRMED, Kind.REJECTED)])
def test_every_kind_has_a_weight(kind: Kind) -> None:
    assert any(known is kind for known, _ in WEIGHTS)


def test_what_repeats_another_source_is_no_second_vote() -> None:
    copied = piece(Kind.PAPERS_WITH_CODE_COPY)
    assert weigh([MACHINE, copied]) == weigh([MACHINE])
    assert weigh([ABSTRACT, piece(Kind.COMMENT, True)]) == weigh([ABSTRACT])
    assert weigh([CITES, piece(Kind.SEARCH)]) == weigh([CITES])


def test_independent_voices_add_up() -> None:
    both = weigh([MACHINE, piece(Kind.PAPERS_WITH_CODE)])
    assert both.confidence > max(weigh([MACHINE]).confidence, weigh([piece(Kind.PAPERS_WITH_CODE)]).confidence)


def test_paper_and_repository_that_name_each_other_are_as_sure_as_can_be() -> None:
    assert weigh([ABSTRACT, CITES]) == Verdict(True, BOTH_WAYS)
    assert weigh([piece(Kind.FULL_TEXT), CITES]) == Verdict(True, BOTH_WAYS)


def test_a_readme_alone_is_never_sure_whatever_it_calls_itself() -> None:
    assert weigh([piece(Kind.README, True), piece(Kind.SEARCH)]).confidence < SURE
    assert weigh([piece(Kind.SEARCH)]).confidence < SURE


def test_the_machines_match_of_a_reimplementation_is_community() -> None:
    assert weigh([MACHINE, UNOFFICIAL]).official is False


def test_sources_that_disagree_are_told_and_the_surer_one_is_believed() -> None:
    assert weigh([ABSTRACT, UNOFFICIAL]) == Verdict(True, 0.99, disagree=True)
    assert not weigh([ABSTRACT, PERSON]).disagree


def test_the_archive_knows_community_from_official() -> None:
    assert weigh([piece(Kind.ARCHIVE, False)]).official is False
    assert weigh([piece(Kind.ARCHIVE, True)]).official is True


@pytest.mark.parametrize("what", ["shared", "listing"])
def test_neither_a_shared_tool_nor_a_list_is_ever_sure(what: str) -> None:
    found = weigh([ABSTRACT, PERSON, CITES], **{what: True})
    assert found.official is None
    assert found.confidence < SURE


def test_the_starter_catalogue_may_name_a_shared_repository() -> None:
    assert weigh([piece(Kind.STARTER, True)], shared=True) == Verdict(True, 0.99)


def test_a_readers_last_word_is_final() -> None:
    rejected, confirmed = piece(Kind.REJECTED, days=1), piece(Kind.CONFIRMED, False, days=2)
    assert weigh([ABSTRACT, CITES, rejected]) == Verdict(None, 0.0)
    assert weigh([ABSTRACT, CITES, rejected, confirmed]) == Verdict(False, 1.0)
    assert weigh([ABSTRACT, confirmed, piece(Kind.REJECTED, days=3)]) == Verdict(None, 0.0)


PIECES = st.builds(piece, st.sampled_from(Kind), st.sampled_from([True, False, None]))


@given(st.lists(PIECES, max_size=8), st.booleans(), st.booleans())
def test_any_evidence_gives_a_confidence_and_its_order_does_not_matter(
    pieces: list[Evidence], shared: bool, listing: bool
) -> None:
    found = weigh(pieces, shared=shared, listing=listing)
    assert 0 <= found.confidence <= 1
    if not any(p.kind in (Kind.CONFIRMED, Kind.REJECTED) for p in pieces):
        assert weigh(pieces[::-1], shared=shared, listing=listing) == found
