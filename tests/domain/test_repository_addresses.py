"""Which repository an address names, in all the forms in which papers, pages and people write it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.link import CodeLink
from bot.domain.repository import HOSTS, Repository, RepositoryAddress, parse_repository

HOME = "https://github.com/ada/nets"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "/",
        "ada",
        "ada/",
        "/ada/nets",
        "ada nets/deep",
        f"{HOME} is ours",
        "https://github.com",
        "https://github.com/ada",
        "https://github.com/ada/",
        "https://github.com/ada/.",
        "https://github.com/ada/..",
        "https://github.com/ada/...",
        "https://github.com/ada/.git",
        "https://github.com/ada/-",
        "https://github.com/ada/nétś",
        "https://github.com/äda/nets",
        "https://github.com/ada%2Fbob/nets",
        "https://github.com/ada/$\\sim$nets",
        "https://github.com/\u200bada/nets",
        "https://github.com/[your-repo-link]",
        "https://[bad/ada/nets",
        "https://example.org/ada/nets",
        "https://github.com.example.org/ada/nets",
        "https://github.com@example.org/ada/nets",
        "https://example.org/github.com/ada/nets",
        "https://gist.github.com/ada/123456",
        "https://api.github.com/repos/ada/nets",
        "https://raw.githubusercontent.com/ada/nets/main/x.py",
        "https://ada.github.io/nets",
        "https://github.com/ada/" + "n" * 500,
        "https://github.com/" + "a" * 101 + "/nets",
    ],
)
def test_this_names_no_repository(text: str) -> None:
    assert parse_repository(text) is None


@pytest.mark.parametrize(
    "page",
    "topics/nets Topics/nets orgs/ada/repositories features/actions marketplace/actions/x apps/dependabot "
    "stars/ada/lists/x users/ada/projects/1 collections/learn search/advanced trending/python sponsors/ada "
    "settings/tokens login/oauth about/press solutions/ci-cd resources/articles readme/stories codespaces/new "
    "advisories/GHSA-1 notifications/x".split(),
)
def test_a_page_of_the_host_is_no_repository(page: str) -> None:
    assert parse_repository(f"https://github.com/{page}") is None


@pytest.mark.parametrize(
    "address",
    [
        "https://gitlab.com/explore/projects",
        "https://gitlab.com/users/sign_in",
        "https://gitlab.com/groups/ada/-/epics",
        "https://gitlab.com/ada/-/epics",
        "https://bitbucket.org/product/features",
        "https://codeberg.org/user/login",
    ],
)
def test_nor_is_one_of_the_other_hosts_pages(address: str) -> None:
    assert parse_repository(address) is None


@pytest.mark.parametrize(
    "text",
    [
        "ada/nets",
        "ada/nets.git",
        "ada/nets.",
        HOME,
        f"  {HOME}/\n",
        "http://github.com/ada/nets",
        "github.com/ada/nets",
        "www.github.com/ada/nets",
        "HTTPS://GitHub.com/ada/nets",
        "https//github.com/ada/nets",
        "https:/github.com/ada/nets",
        "https:///github.com/ada/nets",
        "https://www.github.com//ada//nets/",
        "https://github.com./ada/nets",
        "https://github.com:443/ada/nets",
        "git://github.com/ada/nets.git",
        "git@github.com:ada/nets.git",
        "ssh://git@github.com/ada/nets.git",
        "git+ssh://git@github.com/ada/nets.git",
        "git+https://github.com/ada/nets.git",
        "git+https://github.com/ada/nets.git@v1.0#egg=nets",
        f"{HOME}.git",
        f"{HOME}.git/",
        f"{HOME}.git.",
        f"{HOME}.Git",
        f"{HOME}.git.git",
        f"{HOME}.",
        f"{HOME},",
        f"{HOME});",
        f"{HOME}}}.",
        f"{HOME}/).",
        f"{HOME}/.",
        f"{HOME}\\",
        f"{HOME}++",
        f"{HOME}’s",
        f"{HOME}@main",
        f"{HOME}²",
        f"{HOME}：deep",
        f"{HOME}で公開",
        f"{HOME}%0a",
        f"({HOME})",
        f"<{HOME}>",
        f'"{HOME}"',
        f"\\url{{{HOME}}}",
        f"{{\\url{{{HOME}}}}}.",
        f"\\href{{{HOME}}}{{our code}}",
        f"\\texttt{{{HOME}}}",
        f"\\hyperlink{{{HOME}}}{{{HOME}}}",
        f"{HOME}?from=https://example.org",
        f"{HOME.removeprefix('https://')}?from=https://example.org",
        f"{HOME}?tab=readme-ov-file#usage",
        f"{HOME}#readme.",
        f"{HOME}/issues/3",
        f"{HOME}/wiki",
        f"{HOME}/pull/12/files",
        f"{HOME}/releases/tag/v1.0",
        f"{HOME}/tree/main",
        f"{HOME}/tree/",
        f"{HOME}/blob/main/README.md",
        f"{HOME}#" + "x" * 400,
    ],
)
def test_every_form_of_an_address_names_the_same_repository(text: str) -> None:
    assert parse_repository(text) == RepositoryAddress("github.com", "ada", "nets")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("https://github.com/ada/my\\_nets\\_v2", "ada/my_nets_v2"),
        ("https://github.com/ada/my\\-nets", "ada/my-nets"),
        ("https://github.com/ada/my{\\_}nets", "ada/my_nets"),
        ("\\url{https://github.com/ada/my{\\_}nets}", "ada/my_nets"),
        ("http/nets", "http/nets"),
        ("https://github.com/ada/nets-v1.0", "ada/nets-v1.0"),
        ("https://github.com/ada/.github", "ada/.github"),
        ("https://github.com/ada/_nets", "ada/_nets"),
        ("https://github.com/ada/-nets-", "ada/-nets-"),
        ("https://github.com/ada-/nets", "ada-/nets"),
        ("https://github.com/ada/digit-recogniser.gitbook", "ada/digit-recogniser.gitbook"),
    ],
)
def test_odd_but_real_names_are_kept_whole(text: str, slug: str) -> None:
    found = parse_repository(text)
    assert found is not None
    assert found.slug == slug


def test_letter_case_is_kept_for_showing_and_ignored_for_comparing() -> None:
    found = parse_repository("https://GitHub.com/Ada/NETS")
    assert found == RepositoryAddress("github.com", "Ada", "NETS")
    assert (found.id, found.slug, found.url) == ("github.com/ada/nets", "Ada/NETS", "https://github.com/Ada/NETS")


@pytest.mark.parametrize(
    ("rest", "path"),
    [
        ("/tree/main/sub/dir", "sub/dir"),
        ("/tree/main/sub/dir/).", "sub/dir"),
        ("/tree/main/NLP/UNIMO.", "NLP/UNIMO"),
        ("/tree/main/a?x=1#y", "a"),
        ("/blob/main/sub/run.py", "sub/run.py"),
        ("/blob/main/sub/README.md", "sub"),
        ("/tree/main/my%20nets", "my nets"),
        ("/tree/main/../../etc", "etc"),
        ("/tree/main/a%0ab", ""),
        ("/tree/main/" + "x" * 201, ""),
    ],
)
def test_a_folder_is_kept_as_the_part_that_belongs_to_the_paper(rest: str, path: str) -> None:
    assert parse_repository(HOME + rest) == RepositoryAddress("github.com", "ada", "nets", path)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://gitlab.com/ada/nets/-/tree/main/sub", ("gitlab.com/ada/nets", "sub")),
        ("https://gitlab.com/ada/nets/tree/main/sub", ("gitlab.com/ada/nets", "sub")),
        ("https://gitlab.com/Ada/nets/issues", ("gitlab.com/ada/nets", "")),
        ("https://gitlab.com/lab/vision/nets", ("gitlab.com/lab/vision/nets", "")),
        ("https://gitlab.com/lab/vision/nets.git", ("gitlab.com/lab/vision/nets", "")),
        ("https://gitlab.com/lab/vision/nets/-/blob/main/sub/a.py", ("gitlab.com/lab/vision/nets", "sub/a.py")),
        ("git@gitlab.com:lab/vision/nets.git", ("gitlab.com/lab/vision/nets", "")),
        ("https://bitbucket.org/ada/nets/src/master/sub/", ("bitbucket.org/ada/nets", "sub")),
        ("https://codeberg.org/ada/nets/src/branch/main/sub", ("codeberg.org/ada/nets", "sub")),
    ],
)
def test_each_host_keeps_folders_and_groups_in_its_own_way(address: str, expected: tuple[str, str]) -> None:
    found = parse_repository(address)
    assert found is not None
    assert (found.id, found.path) == expected


def test_a_link_into_a_folder_can_be_opened() -> None:
    repository = Repository(1, "github.com", "ada", "nets")
    link = CodeLink(1, 1, repository, "my nets/a#1", True, 0.9, datetime(2026, 3, 5, tzinfo=UTC))
    assert link.url == "https://github.com/ada/nets/tree/HEAD/my%20nets/a%231"


ADDRESSES = st.builds(
    "{}{}/{}{}".format,
    st.sampled_from(["", "https://", "git+https://", "ssh://git@", "\\url{", "https://www.", "HTTP://"]),
    st.sampled_from(HOSTS),
    st.text(alphabet="ab/._-%2F+~@:#?\\{}()treblo é\u0130", max_size=30),
    st.sampled_from(["", ".git", "/tree/main/a", "/-/tree/b/c", ".", "}", "\n", "%00"]),
)


@given(st.one_of(st.text(), ADDRESSES))
def test_reading_never_raises_and_an_address_that_was_read_is_read_the_same_again(text: str) -> None:
    found = parse_repository(text)
    assert found is None or parse_repository(found.url) == RepositoryAddress(found.host, found.owner, found.name)


@given(ADDRESSES)
def test_what_was_read_is_safe_to_store_and_show(text: str) -> None:
    found = parse_repository(text)
    assert found is None or (found.id.isascii() and found.path.isprintable() and len(found.path) <= 200)
