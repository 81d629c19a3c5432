"""What a repository holds, told from its list of files and its README; and the words by which code is promised."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.contents import Contents, ContentState, judge, promises

# Nothing, or nothing yet


@pytest.mark.parametrize("readme", [None, "", " \n"])
def test_without_a_list_and_a_readme_nothing_is_known(readme: str | None) -> None:
    assert judge(None, readme) == Contents(ContentState.UNKNOWN)


def test_a_repository_without_files_is_empty() -> None:
    assert judge((), None) == Contents(ContentState.EMPTY)
    assert judge((), "Code coming soon.").state is ContentState.EMPTY


@pytest.mark.parametrize(
    "paths",
    [
        ("README.md",),
        ("README.md", "LICENSE", ".gitignore", "assets/teaser.png", "paper.pdf"),
        ("index.html", "static/js/index.js", "static/css/bulma.min.css", "README.md"),
        ("index.html", "script.js"),
        ("docs/conf.py", "docs/run.py", ".github/workflows/check.py", "setup.py"),
        ("src/net/__init__.py", "README.md"),
        ("requirements.txt", "config.yaml"),
    ],
    ids=["a README", "pictures", "a page", "a page's script", "documents", "a stub", "settings"],
)
def test_without_source_it_is_a_placeholder(paths: tuple[str, ...]) -> None:
    assert judge(paths, "# Nets").state is ContentState.PLACEHOLDER


@pytest.mark.parametrize(
    "readme",
    [
        "Code coming soon.",
        "# Nets\n\nThe code will be\nreleased upon acceptance.",
        "# Nets\n\n**Coming soon!**",
        "Stay tuned",
        "# Nets\n\n- [x] Paper\n- [ ] Release code",
        "TODO: release code",
        "We are in the process of cleaning the code. It will be made available here.",
    ],
)
def test_a_readme_that_only_promises_is_a_placeholders(readme: str) -> None:
    assert judge(None, readme).state is ContentState.PLACEHOLDER
    assert judge(("train.py", "README.md"), readme).state is ContentState.SOURCE


@pytest.mark.parametrize(
    "readme",
    [
        "# Nets\n\nOur code.",
        "# Nets\n\nTraining code will be released soon.\n\n```\npython eval.py\n```",
        "# Nets\n\nThe training code is coming soon.\n\n## Installation\n\nSee below.",
        "# Nets\n\nData will be released soon.",
    ],
)
def test_a_readme_that_promises_a_part_or_nothing_has_source(readme: str) -> None:
    assert judge(None, readme).state is ContentState.SOURCE


# What there is


@pytest.mark.parametrize(
    "path",
    [
        "train.py",
        "src/a/b/main.cpp",
        "Demo.ipynb",
        "model.R",
        "run.sh",
        "Proof.lean",
        "code.zip",
        "src.tar.gz",
        "tools/x.m",
        "data/load.py",
    ],
)
def test_one_program_is_source(path: str) -> None:
    assert judge((path, "README.md"), None).state is ContentState.SOURCE


def test_scripts_of_a_package_are_source() -> None:
    assert judge(("package.json", "src/index.ts", "index.html"), None).state is ContentState.SOURCE


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("requirements.txt", "dependencies"),
        ("envs/environment.yml", "dependencies"),
        ("tests/test_nets.py", "tests"),
        ("test_nets.py", "tests"),
        ("checkpoints/best.pt", "weights"),
        ("model.safetensors", "weights"),
        ("pretrained/net.h5", "weights"),
        ("data/train.csv", "data"),
        ("datasets/qa.json", "data"),
        ("a.jsonl.gz", "data"),
        ("nb/Demo.IPYNB", "notebooks"),
    ],
)
def test_what_stands_beside_the_source_is_told(path: str, what: str) -> None:
    shown = judge(("a.py", path), None)
    others = {"dependencies", "tests", "weights", "data", "notebooks"} - {what}
    assert getattr(shown, what)
    if what != "data":
        assert not any(getattr(shown, other) for other in others)


@pytest.mark.parametrize("path", ["latest.py", "contest/a.py", "firmware.bin", "x.h5", "package.json", "a.txt"])
def test_what_only_looks_like_it_is_not(path: str) -> None:
    shown = judge(("a.py", path), None)
    assert not any((shown.dependencies, shown.tests, shown.weights, shown.data, shown.notebooks))


@pytest.mark.parametrize(
    ("readme", "weights", "data"),
    [
        ("Checkpoints are at https://huggingface.co/ada/nets.", True, False),
        ("[Pretrained model](https://drive.google.com/file/d/1)", True, False),
        ("Get https://example.org/net.pth, our weights.", True, False),
        ("The dataset is at https://zenodo.org/record/1.", False, True),
        ("Paper: https://huggingface.co/papers/2301.00001", False, False),
        ("Slides: https://drive.google.com/file/d/1", False, False),
        ("Pretrained models are on request.", False, False),
    ],
)
def test_a_readme_points_to_weights_and_data(readme: str, weights: bool, data: bool) -> None:
    shown = judge(("a.py",), readme)
    assert (shown.weights, shown.data) == (weights, data)


# Promises


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Code is available.",
        "The code is available at https://github.com/ada/nets.",
        "Data will be released.",
        "The dataset will be made publicly available upon acceptance.",
        "The code is available and the data will be released soon.",
        "Our code is public; models will be released.",
        "We will release our dataset; the code is available at https://github.com/ada/nets.",
        "Generated code will be executed in a sandbox.",
        "This repository will be continuously updated.",
        "A benchmark of code generation will be released.",
        "We release code as soon as possible.",
        "Code has been released, and models will be available soon.",
    ],
)
def test_what_is_there_or_is_no_code_is_no_promise(text: str) -> None:
    assert promises(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Code will be released.",
        "Our code will be made publicly available upon acceptance.",
        "Code and data to be released soon",
        "Code coming soon",
        "code will be available at https://github.com/ada/nets",
        "We will release our code and models.",
        "Upon acceptance, we will release the code.",
        "The source code will be open-sourced.",
        "We plan to open-source our implementation.",
        "The data is available and the code will be released soon.",
        "Our benchmark, code and models will become publicly available.",
        "- [ ] Release training code",
        "TODO: release code",
        "Code upon publication",
        "We will publicly release all datasets, weights, and code",
    ],
)
def test_a_promise_is_told_in_its_sentence(text: str) -> None:
    assert promises(f"Nets are deep. {text}" if "[ ]" not in text else text) == text
    assert promises(f"# Nets\n\n{text}\n\nNets are deep.") == text


@pytest.mark.parametrize("before", [0, 150, 500])
def test_a_long_sentence_is_cut_around_its_promise(before: int) -> None:
    told = promises("very " * (before // 5) + "deep nets, whose code will be released" + " for them" * 40)
    assert len(told) <= 200
    assert "code will be released" in told


# Hostile input


@given(st.lists(st.text(), max_size=20) | st.none(), st.text() | st.none())
def test_anything_is_judged_without_an_error(paths: list[str] | None, readme: str | None) -> None:
    assert isinstance(judge(paths, readme), Contents)
    assert len(promises(readme or "")) <= 200


@pytest.mark.parametrize(
    "piece", ["a", "code ", "will be ", "code will ", "\n- [ ] code", "pt.", "to be ", "is a ", "# "]
)
def test_long_texts_and_paths_are_judged_in_a_moment(piece: str) -> None:
    text = piece * (500_000 // len(piece))
    begun = time.process_time()
    judge((text, f"{text}.zip"), text)
    judge(None, text)
    assert time.process_time() - begun < 10
