"""Titles for TeX: no command of a stranger's, no capital lost, no brace without its partner."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import tex

COMMANDS = re.compile(r"\\([A-Za-z]+)")
OURS = {"textbackslash", "textbraceleft", "textbraceright", "textasciitilde", "textasciicircum"}
OURS |= {"textless", "textgreater", "textbar"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("100% of R&D, #1_a", r"100\% of R\&D, \#1\_a"),
        (r"\input{/etc/passwd}", r"\textbackslash{}input\textbraceleft{}/etc/passwd\textbraceright{}"),
        ("a~b^c<d>|", r"a\textasciitilde{}b\textasciicircum{}c\textless{}d\textgreater{}\textbar{}"),
        ("Schrödinger 王 🤖", "Schrödinger 王 🤖"),
        ("", ""),
    ],
)
def test_what_means_something_to_tex_is_escaped(text: str, shown: str) -> None:
    assert tex.escaped(text) == shown


@pytest.mark.parametrize(
    "formula",
    [
        "$k$",
        r"$\mathcal{O}(n^2)$",
        r"$\alpha$",
        "$x_i^{t+1}$",
        r"$\ell_{2,p}$",
        r"$\text{R}^2\text{ec}$",
        "$^3$",
        r"$^{\circ}$",
        "$SE(3)$",
        "${D}^{3}$",
        r"$\exists^*\forall^*$",
        "$(0, 2^q)$",
    ],
)
def test_simple_formulas_stay_formulas(formula: str) -> None:
    assert tex.escaped(f"a {formula} b") == f"a {{{formula}}} b"
    assert tex.title(f"a {formula} b") == f"a {{{formula}}} b"


def test_greek_letters_in_formulas_are_written_out() -> None:
    assert tex.title("$μ$P and π") == r"{${\mu}$}{P} and π"


@pytest.mark.parametrize(
    "text",
    [
        r"$\input{x}$",
        r"$\write18{ls}$",
        "$^^5cinput$",
        "$x^2^3$",
        "$x_$",
        "$x'^2$",
        r"$\sqrt$",
        r"$\alphax$",
        "$}{$",
        "$5 and $6",
        "$ x $",
        "$$",
        "$" * 9,
        "$%$",
        "$a",
        "$" + "a" * 100 + "$",
    ],
)
def test_what_is_no_simple_formula_is_text(text: str) -> None:
    assert "\\$" in tex.escaped(text)
    assert set(COMMANDS.findall(tex.escaped(text))) <= OURS


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Deep Residual Learning for Image Recognition", "Deep Residual Learning for Image Recognition"),
        ("BERT: Pre-training of Deep Transformers", "{BERT}: Pre-training of Deep Transformers"),
        ("Mamba: Linear-Time Sequences", "{Mamba}: Linear-Time Sequences"),
        ("Mask R-CNN and ImageNet", "Mask {R}-{CNN} and {ImageNet}"),
        ("A Simple T5 in 3D for I", "A Simple {T5} in {3D} for {I}"),
        ("Inference of Bayesian models in Gaussian worlds", "Inference of {Bayesian} models in {Gaussian} worlds"),
        ("Are nets deep? Answers from Berlin", "Are nets deep? Answers from {Berlin}"),
        ("深度学习 DEEP", "深度学习 {DEEP}"),
    ],
)
def test_capitals_that_mean_something_are_kept_by_braces(title: str, shown: str) -> None:
    assert tex.title(title) == shown


def _unbraced(text: str) -> str:
    """What a reader sees: without the braces and the names of signs."""
    return re.sub(r"[{}]", "", text)


@given(st.text(st.sampled_from("{}\\$^_%&#~<>| abAB1()[]+,.'-π\n")) | st.text())
def test_braces_have_partners_and_no_command_is_a_strangers(text: str) -> None:
    for shown in (tex.escaped(text), tex.title(text)):
        depth = 0
        for sign in shown:
            depth += (sign == "{") - (sign == "}")
            assert depth >= 0
        assert depth == 0
        assert "^^" not in shown
        assert not re.search(r"\\(?:input|include|write|def|catcode|csname)(?![A-Za-z])", shown)


@given(st.text(st.characters(categories=["L", "N", "Zs"])))
def test_a_title_of_letters_reads_as_before(text: str) -> None:
    assert _unbraced(tex.title(text)) == text


@pytest.mark.parametrize(
    "piece", [")" * 78, "a_b" * 26 + "{", "(" * 78 + "~", r"\pi" * 26 + "{", r"x^{" + r"\pi " * 18, "{a_" * 26]
)
def test_no_formula_takes_long_to_be_refused(piece: str) -> None:
    begun = time.process_time()
    tex.escaped(f"${piece}^$" * 200)
    assert time.process_time() - begun < 2
