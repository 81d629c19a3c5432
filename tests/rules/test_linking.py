"""Which repositories a paper's words and its sources name, whose they are, how sure that is, and what shows it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.link import SNIPPET_LIMIT, Claim, Evidence, EvidenceKind
from bot.domain.paper import FetchedPaper, StatedRepository
from bot.domain.repository import RepositoryState
from bot.rules.linking import claims, worth_telling
from bot.rules.weighing import SURE

HOME = "https://github.com/ada/nets"


def told(
    abstract: str = "", *stated: StatedRepository, comment: str | None = None, version: int = 0
) -> tuple[Claim, ...]:
    return claims(FetchedPaper((), "Deep Nets", abstract, comment=comment, version=version, stated=stated))


def only(abstract: str = "", *stated: StatedRepository, comment: str | None = None) -> Claim:
    (claim,) = told(abstract, *stated, comment=comment)
    return claim


def from_hugging_face(kind: EvidenceKind, url: str = HOME) -> StatedRepository:
    where = "https://huggingface.co/papers/2603.00001"
    return StatedRepository(url, Evidence(kind, where, official=kind is EvidenceKind.HUGGING_FACE_PERSON or None))


PERSON = from_hugging_face(EvidenceKind.HUGGING_FACE_PERSON)
MACHINE = from_hugging_face(EvidenceKind.HUGGING_FACE_AUTO)


@pytest.mark.parametrize(
    "abstract",
    [
        "",
        "Our code is on GitHub.",
        "Code is at https://github.com/.",
        "Code is at https://github.com/ada. Data too.",
        "Code is at https://github.com/[your-repo-link]",
        "Code: https://gist.github.com/ada/123456",
        "Code: https://ada.github.io/nets",
        "See https://github.com/topics/deep-learning and https://github.com/orgs/ada/repositories.",
        "We mine github.com/ for bugs.",
        "All of it is at https://github.com/ada/ too.",
        "Code: https://github.com/ada/ Accepted at ICLR 2026.",
    ],
)
def test_a_text_that_names_no_repository_claims_nothing(abstract: str) -> None:
    assert told(abstract) == ()


@pytest.mark.parametrize(
    "url", ["", "not an address", "https://github.com/ada", "https://example.org/ada/nets", "https://[bad"]
)
def test_what_a_source_states_is_only_believed_if_it_is_a_repository(url: str) -> None:
    assert told("", from_hugging_face(EvidenceKind.HUGGING_FACE_PERSON, url)) == ()


@pytest.mark.parametrize(
    "abstract",
    [
        f"We propose nets. Our code is available at {HOME}.",
        f"Code: {HOME}",
        f"Nets are deep ({HOME}).",
        f"Nets are deep. {HOME}",
        f"Code is at \\url{{{HOME}}}.",
        f"Code is at {{\\url{{{HOME}}}}}.",
        f"Code is \\href{{{HOME}}}{{here}}.",
        "Code is at https://www.GitHub.com/ada/nets/tree/main.",
        "Code is at github.com/ada/nets!",
        "Code is athttps://github.com/ada/nets.",
        f"The toolkit, built on PyTorch, is available at {HOME}.",
        f"Nets are based on PyTorch, and released under the MIT licence at {HOME}.",
        f"It is based on graphs that are deep, wide and much too long to say here in few words; code is at {HOME}.",
        f"Unlike work that is based on trees, nets grow. Code is released at {HOME}.",
        f"They are compared with trees such as ours, and the code is at {HOME}.",
    ],
)
def test_a_repository_in_an_abstract_is_the_authors_own(abstract: str) -> None:
    claim = only(abstract)
    assert (claim.address.id, claim.official) == ("github.com/ada/nets", True)
    assert claim.confidence >= SURE
    assert worth_telling(claim)


@pytest.mark.parametrize(
    "abstract",
    [
        f"Our nets are based on {HOME}.",
        f"Our implementation is based on the code released at {HOME}.",
        f"We build upon Trees ({HOME}).",
        f"The code was adapted from {HOME}.",
        f"Nets are a fork of {HOME}.",
        f"We use the implementation of Lin et al. {HOME}",
        f"We thank the community for tools such as {HOME}.",
    ],
)
def test_a_repository_that_they_build_on_is_named_but_not_told(abstract: str) -> None:
    claim = only(abstract)
    assert (claim.address.id, claim.official) == ("github.com/ada/nets", None)
    assert not worth_telling(claim)


@pytest.mark.parametrize(
    "broken",
    [
        "https: //github.com/ada/deep-nets",
        "https:// github.com/ada/deep-nets",
        "https : //github.com/ada/deep-nets",
        "https://github. com/ada/deep-nets",
        "https://github.com/ ada/deep-nets",
        "https://github.com/ada/ deep-nets",
    ],
)
def test_an_address_that_was_broken_with_its_line_is_mended(broken: str) -> None:
    claim = only(f"Our code is available at {broken}.")
    assert (claim.address.id, claim.official) == ("github.com/ada/deep-nets", True)
    assert broken in claim.evidence[0].snippet


@pytest.mark.parametrize(
    ("abstract", "address"),
    [
        ("Code is at https://github.com/long- named/nets for all.", "github.com/long-named/nets"),
        ("Code is at https://github.com/ada/my\\_nets.", "github.com/ada/my_nets"),
        ("Code is at https://github.com/ada/nets++.", "github.com/ada/nets"),
        ("Code is at gitlab.com/lab/vision/nets.", "gitlab.com/lab/vision/nets"),
        ("Code is at https://web.archive.org/web/2026/https://github.com/ada/nets", "github.com/ada/nets"),
    ],
)
def test_odd_addresses_are_found_in_running_text(abstract: str, address: str) -> None:
    assert only(abstract).address.id == address


@pytest.mark.parametrize("slug", ["huggingface/transformers", "PyTorch/Fairseq", "open-mmlab/mmdetection"])
def test_a_shared_tool_is_hardly_ever_the_papers_own(slug: str) -> None:
    claim = only(f"Our code is available at https://github.com/{slug}.")
    assert claim.official is None
    assert not worth_telling(claim)
    assert not worth_telling(only("", from_hugging_face(EvidenceKind.HUGGING_FACE_AUTO, f"https://github.com/{slug}")))


def test_but_a_folder_in_a_shared_repository_may_be() -> None:
    claim = only("Code is available at https://github.com/google-research/google-research/tree/master/nets.")
    assert (claim.official, claim.address.path) == (True, "nets")
    assert worth_telling(claim)


@pytest.mark.parametrize("name", ["awesome-nets", "Awesome_Nets", "deep-awesome-nets", "nets-awesome"])
def test_a_list_of_papers_is_no_code_whoever_names_it(name: str) -> None:
    url = f"https://github.com/ada/{name}"
    assert not worth_telling(only(f"Our list is available at {url}.", comment=f"Code: {url}"))
    assert not worth_telling(only("", from_hugging_face(EvidenceKind.HUGGING_FACE_PERSON, url)))


def test_a_survey_announces_only_what_it_calls_its_own() -> None:
    many = ", ".join(f"Net{n} (https://github.com/team{n}/net)" for n in range(6))
    found = told(f"We review {many}. Results and scripts are available at {HOME}.")
    assert [claim.address.id for claim in found if claim.official] == ["github.com/ada/nets"]
    assert len(found) == 7


def test_forty_links_in_one_abstract_are_kept_and_more_are_not() -> None:
    found = told(" ".join(f"https://github.com/team{n}/net" for n in range(60)))
    assert len(found) == 40
    assert not any(map(worth_telling, found))


def test_a_comment_is_nearly_as_good_as_an_abstract() -> None:
    claim = only(comment=f"12 pages, 3 figures. Code: {HOME}")
    assert (claim.official, claim.evidence[0].kind) == (True, EvidenceKind.COMMENT)
    assert SURE < claim.confidence < only(f"Code: {HOME}").confidence


def test_what_a_person_linked_is_told_and_what_a_machine_matched_is_not() -> None:
    assert (only("", PERSON).official, worth_telling(only("", PERSON))) == (True, True)
    assert (only("", MACHINE).official, worth_telling(only("", MACHINE))) == (None, False)


def test_the_starter_catalogue_knows_what_belongs_to_others() -> None:
    stated = StatedRepository(HOME, Evidence(EvidenceKind.STARTER, official=False))
    assert only("", stated).official is False
    assert worth_telling(only("", stated))


def test_two_kinds_of_evidence_make_one_surer_claim() -> None:
    claim = only(f"Code: {HOME}", MACHINE)
    assert claim.official is True
    assert claim.confidence > max(only(f"Code: {HOME}").confidence, only("", MACHINE).confidence)
    assert {e.kind for e in claim.evidence} == {EvidenceKind.ABSTRACT, EvidenceKind.HUGGING_FACE_AUTO}


def test_the_same_kind_of_evidence_twice_is_no_surer_and_shown_once() -> None:
    claim = only(f"Code: {HOME}. Again, code is at {HOME}.git")
    assert claim.confidence == only(f"Code: {HOME}").confidence
    assert len(claim.evidence) == 1


def test_a_person_makes_official_what_the_words_left_open() -> None:
    claim = only(f"Our nets are based on {HOME}.", PERSON)
    assert claim.official is True
    assert worth_telling(claim)


def test_the_surest_claim_comes_first() -> None:
    found = told(f"Our nets are based on https://github.com/bob/trees. Code: {HOME}")
    assert [claim.address.slug for claim in found] == ["ada/nets", "bob/trees"]


def test_a_folder_stays_with_the_link() -> None:
    assert only(f"Code: {HOME}/tree/main/deep", PERSON).address.path == "deep"


def test_a_text_that_names_the_whole_repository_too_means_the_whole() -> None:
    assert only(f"Code: {HOME}. Demo: {HOME}/tree/main/demo").address.path == ""


def test_evidence_says_where_it_stands() -> None:
    (claim,) = told(f"Code: {HOME}", version=2)
    assert claim.evidence[0].where == "v2"


def test_a_repository_that_is_missing_is_not_told() -> None:
    claim = only(f"Code: {HOME}")
    assert worth_telling(claim, RepositoryState.PRESENT)
    assert not worth_telling(claim, RepositoryState.MISSING)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 150), st.sampled_from(["x", "word ", " "]))
def test_a_snippet_is_short_and_shows_the_address(before: int, after: int, folder: int, filler: str) -> None:
    address = HOME + "/tree/main/" + "f" * folder
    snippet = only(f"{filler * before} {address} {filler * after}").evidence[0].snippet
    assert address in snippet
    assert len(snippet) <= SNIPPET_LIMIT


@given(
    st.text(max_size=80),
    st.sampled_from(["github.com/", "https: //gitlab. com/ ", "GITHUB.com/a/ ", "github.com/a- "]),
    st.text(alphabet="ab/._- A,;(){}\\%~é\n", max_size=60),
)
def test_no_text_breaks_the_reading(before: str, site: str, after: str) -> None:
    for claim in told(before + site + after, comment=after + site):
        assert 0 < claim.confidence <= 0.99
        assert all(len(e.snippet) <= SNIPPET_LIMIT for e in claim.evidence)


@pytest.mark.parametrize(
    "abstract",
    [
        "github.com/a/ " + "A" * 20_000,
        "github.com/" + "a-" * 10_000,
        "github.com/" + "a- " * 7_000,
        "github.com/ada/nets" + "/x" * 10_000,
        "github.com/a/b code " * 1_000,
        "data at " * 2_500 + HOME,
        "based on, and " * 1_400 + HOME,
    ],
    ids=["long name", "hyphens", "broken hyphens", "long path", "many", "own words", "foreign words"],
)
def test_a_hostile_abstract_costs_no_time(abstract: str) -> None:
    before = time.process_time()
    told(abstract)
    assert time.process_time() - before < 10
