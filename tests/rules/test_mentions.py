"""Which repositories and project pages a running text names, however they are written, and whose it says they are."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.link import SNIPPET_LIMIT
from bot.domain.repository import RepositoryAddress, parse_repository
from bot.rules.mentions import MOST, MOST_PAGES, Mention, is_list, is_shared, mentions, project_pages

HOME = "https://github.com/ada/nets"


def only(text: str) -> Mention:
    (mention,) = mentions(text)
    return mention


def address(slug: str, path: str = "") -> RepositoryAddress:
    owner, name = slug.split("/")
    return RepositoryAddress("github.com", owner, name, path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Our code is on GitHub and GitLab.",
        "Code is at https://github.com/.",
        "Code will be available on github.com under the MIT license.",
        "Code: https://github.com/ada",
        "Code: https://github.com/ada.",
        "We mine github.com/ and/or gitlab.com/ for bugs.",
        "All of it is at https://github.com/ada/ too.",
        "Code: https://github.com/ada/ Accepted at ICLR 2026.",
        "Code: https://github.com/ada/ Preprint.",
        "Code: https://github.com/[your-repo-link]",
        "Code: https://gist.github.com/ada/123456",
        "Code: https://ada.github.io/nets",
        "Code: https://anonymous.4open.science/r/nets-1234",
        "Code: https://zenodo.org/record/8265001 and https://doi.org/10.5281/zenodo.7536500",
        "Weights: https://huggingface.co/ada/nets",
        "Not mygithub.com/ada/nets, nor https://my-github.com/ada/nets.",
        "See https://github.com/topics/deep-learning and https://github.com/orgs/ada/repositories.",
    ],
)
def test_a_text_without_an_address_of_a_repository_names_none(text: str) -> None:
    assert mentions(text) == ()


@pytest.mark.parametrize(
    "written",
    [
        HOME,
        f"{HOME}.",
        f"{HOME}/",
        f"{HOME}.git",
        f"{HOME}.git.",
        f"{HOME}?tab=readme-ov-file\\#nets",
        f"({HOME})",
        f"[{HOME}]({HOME})",
        f"<a href=”{HOME}”>{HOME}</a>.",
        f"“{HOME}“.",
        f"\\url{{{HOME}}}",
        f"$\\href{{{HOME}}}{{\\text{{GitHub}}}}$",
        f"\\href{{{HOME}}}{{\\textcolor{{blue}}{{{HOME}}}}}.",
        f"{HOME}}}{{{HOME}.",
        f"{HOME}.Our nets are deep",
        f"{HOME}.Warning: deep",
        f"{HOME}.https://huggingface.co/ada/nets",
        f"{HOME}https://huggingface.co/ada/nets",
        f"{HOME}で公開",
        f"https://web.archive.org/web/2026/{HOME}",
        "HTTP://WWW.GITHUB.COM/ada/nets",
        "github.com/ada/nets!",
        "athttps://github.com/ada/nets",
        "https//github.com/ada/nets",
        "https:/github.com/ada/nets",
        "https://github.com//ada/nets",
        "git@github.com:ada/nets.git",
    ],
)
def test_an_address_is_found_however_it_is_written(written: str) -> None:
    assert {mention.address for mention in mentions(f"Code is available at {written}")} == {address("ada/nets")}


@pytest.mark.parametrize(
    "broken",
    [
        "https: //github.com/ada/deep-nets",
        "https:// github.com/ada/deep-nets",
        "https : //github.com/ada/deep-nets",
        "https :// github . com /ada/deep-nets",
        "https://git-\nhub.com/ada/deep-nets",
        "https://git hub.com/ada/deep-nets",
        "https://github. com/ada/deep-nets",
        "https://github.com /ada/deep-nets",
        "https://github.com/ ada/deep-nets",
        "https://github.com/\n  ada/deep-nets",
        "https://github.com/ada/ deep-nets",
        "https://github.com/ada /deep-nets",
        "https://github.com/ada/deep- nets",
        "https://github.com/ada/deep‐nets",
        "https://github.com/ada/deep\u00ad-nets",
    ],
)
def test_an_address_that_was_broken_is_mended(broken: str) -> None:
    mention = only(text := f"Our code is available at {broken}.")
    assert mention.address == address("ada/deep-nets")
    assert text[mention.start : mention.end] == broken
    assert broken in mention.snippet


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("https://github.com/ada/ Nets.", "ada/Nets"),
        ("https://github.com/ada/ nets.", "ada/nets"),
        ("https://github.com/ada/ nets) and data", "ada/nets"),
        ("https://github.com/ada/ nets .", "ada/nets"),
        ("https://github.com/ada/ nets for all", ""),
        ("https://github.com/ada/ deep_nets for all", "ada/deep_nets"),
        ("https://github.com/ada/nets- code.", "ada/nets-code"),
        ("https://github.com/ada/nets- and more.", "ada/nets-"),
        ("https://github.com/ada/deep- nets for all", "ada/deep-"),
        ("https://github.com/ada/deep- Nets2 for all", "ada/deep-Nets2"),
        ("https://github.com/ada/my_ deep_ nets.", "ada/my_deep_nets"),
        ("https://github.com/ADA- LAB- X/nets.", "ADA-LAB-X/nets"),
        ("https://github.com/ada/nets - The nets.", "ada/nets"),
        ("https://github.com/ada/my\\_nets", "ada/my_nets"),
        ("https://github.com/ada/my{\\_}nets.", "ada/my_nets"),
        ("https://github.com/ada/workﬂow", "ada/workflow"),
        ("https://github.com/ada/nets++.", "ada/nets"),
        ("https://github.com/ada/Flux.jl.", "ada/Flux.jl"),
        ("https://github.com/ada/nets.github.io.", "ada/nets.github.io"),
    ],
)
def test_only_what_belongs_to_an_address_is_taken_into_it(written: str, slug: str) -> None:
    assert [mention.address.slug for mention in mentions(f"Code is at {written}")] == ([slug] if slug else [])


@pytest.mark.parametrize(
    ("written", "identity"),
    [
        ("gitlab.com/lab/vision/nets", "gitlab.com/lab/vision/nets"),
        ("https://gitlab.com/lab/nets/-/tree/main/deep", "gitlab.com/lab/nets"),
        ("https://bitbucket.org/ada/nets/src/master/", "bitbucket.org/ada/nets"),
        ("https://codeberg. org/ada/nets", "codeberg.org/ada/nets"),
    ],
)
def test_four_hosts_hold_code(written: str, identity: str) -> None:
    assert only(f"Code is at {written}").address.id == identity


def test_mentions_come_in_the_order_of_the_text_and_a_folder_stays() -> None:
    found = mentions(f"See gitlab.com/bob/trees. Code: {HOME}/tree/main/deep and {HOME}.")
    assert [(m.address.slug, m.address.path) for m in found] == [
        ("bob/trees", ""),
        ("ada/nets", "deep"),
        ("ada/nets", ""),
    ]


@pytest.mark.parametrize(
    "text",
    [
        HOME,
        f"Code: {HOME}",
        f"Nets are deep ({HOME}).",
        f"The toolkit, built on PyTorch, is available at {HOME}.",
        f"Unlike work that is based on trees, nets grow. Code is released at {HOME}.",
        f"Our code has been integrated into {HOME}",
        f"Code for the shared task is available at {HOME}.",
    ],
)
def test_an_address_is_the_authors_own(text: str) -> None:
    assert only(text).own


@pytest.mark.parametrize(
    "text",
    [
        f"Our nets are based on {HOME}.",
        f"Our implementation is based on the code released at {HOME}.",
        f"We build upon Trees ({HOME}).",
        f"We use the implementation of Lin et al. {HOME}",
        f"The pipeline is also integrated into EasyNets: {HOME}.",
        f"Nets are incorporated in \\texttt{{easy-nets}} ({HOME}).",
        f"We report on our participation in the ICON shared task {HOME} for five languages.",
        f"We release our prompts ({HOME}/pull/3893).",
        f"We reported it: {HOME}/issues/12.",
    ],
)
def test_unless_the_words_before_it_call_it_somebody_elses(text: str) -> None:
    assert not only(text).own


def test_in_a_survey_own_is_what_the_same_sentence_offers() -> None:
    many = ", ".join(f"Net{n} (https://github.com/team{n}/net)" for n in range(6))
    found = mentions(
        f"We review {many}. Results and scripts are available at {HOME}. We also like gitlab.com/bob/trees."
    )
    assert [mention.address.slug for mention in found if mention.own] == ["ada/nets"]
    assert len(found) == 8


def test_of_very_many_mentions_the_first_are_kept() -> None:
    found = mentions(" ".join(f"https://github.com/team{n}/net" for n in range(60)))
    assert [mention.address.owner for mention in found] == [f"team{n}" for n in range(MOST)]


@pytest.mark.parametrize("slug", ["huggingface/transformers", "PyTorch/Fairseq", "NVIDIA/Megatron-LM"])
def test_a_shared_tool_as_a_whole_is_told_apart_from_a_folder_in_it(slug: str) -> None:
    assert is_shared(address(slug))
    assert not is_shared(address(slug, "examples/nets"))
    assert not is_shared(address(slug + "-nets"))


@pytest.mark.parametrize(
    ("title", "shared"),
    [
        ("Transformers: State-of-the-Art Natural Language Processing", False),
        ("HuggingFace's Transformers: State of the Art", False),
        ("Transformers for Trees: A Study", True),
        ("Better Transformers", True),
    ],
)
def test_the_paper_about_a_shared_tool_is_known_by_its_title(title: str, shared: bool) -> None:
    assert is_shared(address("huggingface/transformers"), title=title) is shared


@pytest.mark.parametrize("name", ["awesome-nets", "Awsome-Nets", "Awesome_Nets", "deep-awesome-nets", "nets-awesome"])
def test_a_list_is_known_by_its_name(name: str) -> None:
    assert is_list(address(f"ada/{name}"))
    assert not is_list(address("ada/nets"))


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Project page: https://ada.github.io/nets/.", "https://ada.github.io/nets/"),
        ("Code is at https://ada.github.io", "https://ada.github.io/"),
        ("Nets are deep (ada.github.io/nets).", "https://ada.github.io/nets"),
        ("See http://www.ada.gitlab.io/nets.", "https://ada.gitlab.io/nets"),
        ("https: //ada.github.io/nets", "https://ada.github.io/nets"),
        ("\\href{https://ada.github.io/my\\_nets}{here}", "https://ada.github.io/my_nets"),
        ("Please refer to our project page for video results: https://ada.github.io/", "https://ada.github.io/"),
        ("Demo: https://sites.google.com/view/nets/home", "https://sites.google.com/view/nets/home"),
        ("Project page: https://nets.example.org, Code: …", "https://nets.example.org/"),
        ("Project Website is at https://Example.org/Nets.", "https://example.org/Nets"),
        ("The project page is available at \\url{https://example.org/~ada/nets}.", "https://example.org/~ada/nets"),
        ("Homepage:https://example.org/nets", "https://example.org/nets"),
        ("Our code will be available at https://example.org/nets.", "https://example.org/nets"),
    ],
)
def test_a_project_page_is_found(text: str, page: str) -> None:
    assert project_pages(text) == (page,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"Project page: {HOME}",
        "Project page: https://arxiv.org/abs/2601.00001",
        "Project page: https://doi.org/10.5281/zenodo.1",
        "Project page: https://huggingface.co/ada/nets",
        "Project page: https://www.youtube.com/watch?v=x, https://youtu.be/x",
        "Project page: https://gitlab.example.org/ada/nets",
        "Project page: https://anonymous.4open.science/r/nets",
        "Project page: http://example.org/nets",
        "Project page: https://localhost/nets",
        "Project page: https://127.0.0.1/nets",
        "Project page: https://example.org:8080/nets",
        "Project page: https://ada@example.org/nets",
        "We use data of https://example.org/data.",
        "Nets are based on Trees (https://trees.github.io).",
        "Accepted at the NETS workshop https://nets-workshop.github.io/2026",
        "Write to ada@nets.github.io",
        "See https://sites.google.com/",
        "Project page: https://ada.github.io/\0nets",
    ],
)
def test_what_is_no_project_page_of_the_text_is_left(text: str) -> None:
    assert project_pages(text) == ()


def test_each_page_comes_once_and_not_too_many_do() -> None:
    assert project_pages("https://ada.github.io/nets, https://Ada.github.io/nets/") == ("https://ada.github.io/nets",)
    assert len(project_pages(" ".join(f"https://ada.github.io/{n}" for n in range(9)))) == MOST_PAGES


@given(
    st.text(max_size=80),
    st.sampled_from(
        ["github.com/", "https: //gitlab. com/ ", "GITHUB.com/a/ ", "github.com/a- ", "https://a.github.io/"]
    ),
    st.text(alphabet="ab/._- A,;(){}\\%~é\n‐ﬁ", max_size=60),
)
def test_no_text_breaks_the_reading(before: str, site: str, after: str) -> None:
    text = before + site + after
    for mention in mentions(text):
        assert 0 <= mention.start < mention.end <= len(text)
        assert len(mention.snippet) <= SNIPPET_LIMIT
        assert parse_repository(mention.address.url) is not None
    assert all(page.startswith("https://") and page.isprintable() for page in project_pages(text))


@pytest.mark.parametrize(
    "text",
    [
        "github.com/a/ " + "A" * 20_000,
        "github.com/" + "a-" * 10_000,
        "github.com/" + "a- " * 7_000,
        "github.com/ada/nets" + "/x" * 10_000,
        "github.com/a/b code " * 5_000,
        "data at " * 20_000 + HOME,
        "based on, and " * 10_000 + HOME,
        "https : " * 20_000 + HOME,
        "http://" + "a." * 90_000,
        "project page is at " * 9_000 + "https://a.io/" + "a" * 90_000,
        "https://a.github.io/" * 9_000,
    ],
    ids="name hyphens broken path many offers foreign schemes dots words pages".split(),
)
def test_a_hostile_text_costs_no_time(text: str) -> None:
    before = time.process_time()
    mentions(text)
    project_pages(text)
    assert time.process_time() - before < 10
