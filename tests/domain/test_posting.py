"""Which links of a text are worth a card: papers and repositories, two at most, each once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.posting import MOST, links_in

ARXIV = "https://arxiv.org/abs/1703.06870"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "1703.06870",
        "matterport/Mask_RCNN",
        "https://example.org/abs/1703.06870",
        "https://arxiv.org/list/cs.CV/new",
        "https://github.com/matterport",
        "https://github.com/topics/vision",
        "https://huggingface.co/bert-base",
        "mailto:ada@arxiv.org",
        "javascript:alert(1)//arxiv.org/abs/1703.06870",
        "https://arxiv.org/abs/1703.06870 and more",
        "https://[arxiv.org/abs/1703.06870",
    ],
)
def test_what_is_no_address_of_a_paper_or_repository_does_not_count(address: str) -> None:
    assert links_in([address]) == ()


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://arxiv.org/abs/1703.06870v3", ARXIV),
        ("http://www.arxiv.org/pdf/1703.06870.pdf", ARXIV),
        ("arxiv.org/abs/1703.06870", ARXIV),
        ("https://arxiv.org/html/1703.06870v2", ARXIV),
        ("https://huggingface.co/papers/1703.06870", ARXIV),
        ("https://www.alphaxiv.org/abs/1703.06870", ARXIV),
        ("https://openreview.net/forum?id=abc_DE1", "https://openreview.net/forum?id=abc_DE1"),
        ("https://github.com/matterport/Mask_RCNN/tree/master/samples", "https://github.com/matterport/Mask_RCNN"),
        ("github.com/matterport/Mask_RCNN.git", "https://github.com/matterport/Mask_RCNN"),
    ],
)
def test_each_form_of_an_address_is_one_plain_link(address: str, link: str) -> None:
    assert links_in([address]) == (link,)


def test_two_count_and_each_once() -> None:
    others = [f"https://arxiv.org/abs/1703.0687{n}" for n in range(4)]
    assert links_in([others[0], f"{others[0]}v2", "https://example.org", *others[1:]]) == tuple(others[:MOST])


@given(st.lists(st.text(max_size=60), max_size=8))
def test_whatever_is_posted_is_taken(addresses: list[str]) -> None:
    assert len(links_in(addresses)) <= MOST
