"""Which paragraphs tell where the authors' own code is; and that the weights are there, readable and all in use."""

import time
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.train_own_code import Example, Labelled, as_example, as_table, fit, probability
from bot.rules.own_code import BIAS, OWN, WEIGHTS, features, is_own_code, own_code, weights

HOME = "https://github.com/ada/nets"
THEIRS = "https://github.com/lin/trees"


@pytest.mark.parametrize(
    "paragraph",
    [
        "",
        "   \n\t ",
        "Deep nets are deep.",
        "All nets were implemented in PyTorch.",
        f"1 {THEIRS}",
        f"We use PyTorch ({THEIRS}) for all experiments.",
        f"The dataset is available at {THEIRS}.",
        f"Our dataset of cats is publicly available at {HOME}.",
        f"We use the code of Lin et al., available at {THEIRS}.",
        f"We use the official implementation provided by the authors, available at {THEIRS}.",
        "For the baselines, we used the code released by Lin et al. [12].",
        "Since their code is not publicly available, we wrote it anew.",
        "We mine open source projects on GitHub for bugs.",
        f"[12] A. Lin. Trees. Available: {THEIRS}, accessed on 3 May 2020.",
        "Code-mixed data and code reviews are publicly available.",
    ],
)
def test_nothing_or_tools_or_data_or_the_code_of_others_is_not_their_own(paragraph: str) -> None:
    assert not is_own_code(paragraph)


@pytest.mark.parametrize(
    "paragraph",
    [
        f"Our code is available at {HOME}.",
        f"We propose nets. They are deep. We release the code and models at {HOME}.",
        f"Code: {HOME}",
        f"1Our code: {HOME}.",
        "The source code can be found at https://gitlab.com/ada/nets.",
        "Our code is available on GitHub.2",
        "Software and scripts that reproduce all figures are archived on Zenodo (https://doi.org/10.5281/zenodo.12345).",
        f"We use the code of Lin et al. [12] as a baseline. Our own code is publicly available at {HOME}.",
    ],
)
def test_code_that_they_offer_is_their_own(paragraph: str) -> None:
    assert is_own_code(paragraph)


@pytest.mark.parametrize(
    "paragraph",
    [
        "Our code is available at https: //github. com/ada/nets.",
        "Our code is available at https:// github.com/ ada/nets.",
        "OUR CODE IS AVAILABLE AT HTTPS://GITHUB.COM/ADA/NETS.",
        "Our code is avail-\nable at https://github.com/ada/nets.",
        "Our code is available at\n   https://github.com/ada/nets.",
        "Our code is available [here](https://github.com/ada/nets).",
        "Our [code](https://github.com/ada/nets) is available.",
        "Our code is available at \\url{https://github.com/ada/nets}.",
        "Our code is available at <url>.",
    ],
    ids=["scheme", "blanks", "capitals", "hyphen", "lines", "here", "markdown", "tex", "hidden"],
)
def test_however_the_text_was_broken_or_marked_up(paragraph: str) -> None:
    assert own_code(paragraph) > 0.7


def test_ligatures_are_undone() -> None:
    text = "All scripts and ﬁgures, and the oﬃcial software, are available at https://github.com/ada/nets."
    assert features(text) == features(text.replace("ﬁ", "fi").replace("ﬃ", "ffi"))


def test_a_clear_sentence_is_not_made_doubtful_by_one_that_names_others() -> None:
    found = features(f"We use the code of Lin et al., available at {THEIRS}. Our code is available at {HOME}.")
    assert "code offered without doubt" in found
    assert not {"use code", "code of others", "code offered, use code"} & found


@given(st.text(max_size=300))
def test_any_text_has_a_probability(text: str) -> None:
    assert 0 <= own_code(text) <= 1
    assert is_own_code(text) == (own_code(text) >= OWN)


@given(
    st.lists(
        st.sampled_from(
            ["our", "code", "is", "at", HOME, ".", "[1]", "1", "https: //", "git hub. com/", "-\n", "](", "ﬃ"]
        )
    )
)
def test_any_order_of_its_own_words_has_one_too(words: list[str]) -> None:
    assert 0 <= own_code(" ".join(words)) <= 1


@pytest.mark.parametrize(
    "piece", ["h ttp ", "github . com / ", "[1 ", "code available ", "a-\n", "<url ", "ﷺ", "1 ", ". ", "open-  "]
)
def test_hostile_text_is_read_in_no_time_and_no_further_than_needed(piece: str) -> None:
    begun = time.process_time()
    own_code(piece * 200_000)
    assert time.process_time() - begun < 10


def test_the_weights_are_finite_and_say_what_made_them() -> None:
    assert BIAS in weights()
    assert all(map(isfinite, weights().values()))
    assert "bench/train_own_code.py" in WEIGHTS.read_text(encoding="utf-8").partition(BIAS)[0]


CASES = (
    *(Labelled("a", f"Our code is available at {HOME}/{n}.", own=True) for n in range(5)),
    *(Labelled("b", f"The data of {n} cats are large.", own=False) for n in range(9)),
)


def test_weights_are_learnt_from_examples_whatever_their_order() -> None:
    learnt = fit([as_example(case) for case in CASES])
    assert all((probability(as_example(case), learnt) > 0.5) is case.own for case in CASES)
    assert as_table(learnt, CASES) == as_table(fit([as_example(case) for case in reversed(CASES)]), CASES)


def test_what_is_never_seen_keeps_what_was_known_beforehand() -> None:
    learnt = fit([as_example(case) for case in CASES])
    assert learnt["code offered, use code"] == pytest.approx(-2)
    assert probability(Example(frozenset({"never heard of"}), own=False), learnt) < 0.5
