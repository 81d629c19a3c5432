"""Which frameworks a repository's files show, which is the primary one, and which files are worth fetching for it."""

import gzip
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.requirements import score
from bot.rules.frameworks import archive_name, frameworks, from_requirements, wanted
from bot.rules.imports import imported
from bot.rules.manifests import Package, packages, packages_in


def _notebook(*lines: str, kind: str = "code") -> str:
    return json.dumps({"cells": [{"cell_type": kind, "source": list(lines)}]})


def _in_code(text: str, **more: str) -> tuple[str, ...]:
    return frameworks({"train.py": text, **more})


# Nothing to be found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "numpy\nscipy",
        "# torch",
        "-r base.txt",
        "--torch",
        "transformers==4.1",
        "tensorboard",
        "torchfile",
        "https://",
        "[torch]",
        "==1.0",
        "channels:\n  - pytorch\ndependencies:\n  - faiss-cpu",
        "tensorflow_metadata",
    ],
)
def test_requirements_without_a_framework_name_none(text: str) -> None:
    assert from_requirements(text) == ()


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"train.py": "# import torch\n'import torch'"},
        {"train.py": "import mytorch\nfrom . import torch"},
        {"a.ipynb": _notebook("import torch", kind="markdown")},
        {"a.txt": "import torch", "README.md": "torch"},
        {"setup.py": 'setup(keywords=["torch",\n"jax"],\nclassifiers=["tensorflow"])'},
    ],
    ids=["nothing", "in comments", "of that name", "in prose", "other files", "keywords"],
)
def test_words_that_are_no_use_of_a_framework_are_none(files: dict[str, str]) -> None:
    assert frameworks(files) == ()


@pytest.mark.parametrize(
    "readme",
    ["", "A thing.", "Faster than PyTorch.", "See https://github.com/ada/nets-pytorch and pytorch-like.", "mypytorch"],
)
def test_a_readme_that_mentions_a_framework_in_passing_says_nothing(readme: str) -> None:
    assert frameworks({}, readme=readme, language="Python") == ()


# Manifests


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("torch==1.2.0\r\ntorchvision\r\n", ("pytorch",)),
        ("\ufeffTorch >= 1.0 # for all", ("pytorch",)),
        ("torch @ https://example.org/x.whl", ("pytorch",)),
        ("https://download.pytorch.org/whl/cpu/torch-1.2.0%2Bcpu-cp37-cp37m-manylinux1_x86_64.whl", ("pytorch",)),
        ("--extra-index-url https://download.pytorch.org/whl/cu117", ("pytorch",)),
        ("-e git+https://github.com/pytorch/fairseq@1a3aa5f#egg=fairseq", ("pytorch",)),
        ("git+https://github.com/google/flax.git", ("jax", "flax")),
        ("!pip install -q 'torch>=2' numpy", ("pytorch",)),
        ("pytorch=0.4.1=py37ha74772b_0", ("pytorch",)),
        ("channels:\n  - conda-forge\ndependencies:\n  - pytorch::pytorch=1.7\n  - pip:\n    - tqdm", ("pytorch",)),
        ("dependencies:\n- python=3.8\n- pip:\n  - tensorflow-gpu==2.3", ("tensorflow",)),
        ("transformers[torch]", ("pytorch",)),
        ("t\x00o\x00r\x00c\x00h\x00", ("pytorch",)),
        ("tensorflow=1.11", ("tensorflow",)),
        ("tf-nightly-gpu", ("tensorflow",)),
        ("mxnet-cu80==0.12", ("mxnet",)),
        ("paddlepaddle-gpu", ("paddle",)),
        ("mindspore", ("mindspore",)),
        ("pytorch_pretrained_bert\nsklearn", ("pytorch", "sklearn")),
        ("torch\ntensorflow-gpu\ntensorboardX\nscikit_learn", ("pytorch", "tensorflow", "sklearn")),
        ("jax\njaxlib\ntensorflow\ntensorflow-datasets", ("jax", "tensorflow")),
        ("jax\ntorch", ("pytorch", "jax")),
        ("jax\ntorch\ndm-haiku", ("jax", "pytorch")),
        ("optax", ("jax",)),
        ("Keras==2.2", ("tensorflow", "keras")),
        ("Keras==1.2.1\nTheano", ("theano", "keras")),
        ("keras>=3\ntorch", ("pytorch", "keras")),
        ("keras==3.0.1\njax", ("jax", "keras")),
        ("keras\ntorch", ("pytorch", "tensorflow", "keras")),
        ("scikit-learn", ("sklearn",)),
    ],
)
def test_requirements_name_the_frameworks(text: str, expected: tuple[str, ...]) -> None:
    assert from_requirements(text) == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "torch"),
        ("requirements-gpu.txt", "torch"),
        ("environment.yml", "dependencies:\n  - torch"),
        ("sub/pyproject.toml", '[project]\ndependencies = [\n "numpy",\n "torch>=2,<3",\n]'),
        ("pyproject.toml", '[tool.poetry.dependencies]\ntorch = "^1.9"'),
        ("Pipfile", '[packages]\ntorch = "*"'),
        ("setup.py", "setup(install_requires=['numpy', 'torch >= 1.0'])"),
        ("setup.cfg", "[options]\ninstall_requires =\n    torch>=1.0\n"),
    ],
)
def test_every_kind_of_manifest_is_read(path: str, text: str) -> None:
    assert frameworks({path: text}) == ("pytorch",)
    assert "torch" in {package.name for package in packages_in(path, text)}
    assert packages_in(f"{path}.bak", text) == ()


def test_a_package_has_one_name_and_its_first_number() -> None:
    assert packages("Scikit_Learn == 0.24\nkeras>=3.1,<4\nnumpy") == (
        Package("scikit-learn", 0),
        Package("keras", 3),
        Package("numpy"),
    )


# Imports


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import torch", ("pytorch",)),
        ("import os, torch.nn as nn; import sys", ("pytorch",)),
        ("try:\n    from torch import (nn,\n  optim)\nexcept: pass", ("pytorch",)),
        ("import pytorch_lightning as pl", ("pytorch",)),
        ("import torchvision\nimport jax", ("jax",)),
        ("import tensorflow as tf\nx = tf.keras.Sequential()", ("tensorflow", "keras")),
        ("from tensorflow.keras.layers import Dense", ("tensorflow", "keras")),
        ("from tensorflow import keras", ("tensorflow", "keras")),
        ("from keras.layers import Dense\nimport keras\nimport tensorflow as tf", ("tensorflow", "keras")),
        ("import keras", ("tensorflow", "keras")),
        ("import os\nos.environ['KERAS_BACKEND'] = 'jax'\nimport keras", ("jax", "keras")),
        ('import keras\nkeras.config.set_backend("torch")', ("pytorch", "keras")),
        ("import keras\nimport torch\nkeras.ops.add(1, 2)", ("pytorch", "keras")),
        ("import flax.linen as nn\nimport optax", ("jax", "flax")),
        ("import haiku as hk", ("jax",)),
        ("import mxnet as mx", ("mxnet",)),
        ("import paddle", ("paddle",)),
        ("import mindspore.nn as nn", ("mindspore",)),
        ("import caffe", ("caffe",)),
        ("from caffe2.python import core", ("caffe2",)),
        ("import theano.tensor as T\nimport lasagne", ("theano",)),
        ("import tensorflow\nimport torch\nimport torch.nn", ("pytorch", "tensorflow")),
        ("import sklearn.svm\nimport sklearn\nimport sklearn.tree\nimport torch", ("pytorch", "sklearn")),
    ],
)
def test_what_is_imported_most_comes_first(text: str, expected: tuple[str, ...]) -> None:
    assert _in_code(text) == expected


def test_imports_are_trusted_more_than_manifests_and_these_more_than_words() -> None:
    asked, said = {"requirements.txt": "tensorflow"}, "Written in MXNet 1.5."
    assert frameworks({**asked, "a.py": "import torch"}, readme=said) == ("pytorch",)
    assert frameworks({**asked, "a.py": "import sklearn"}, readme=said) == ("tensorflow",)
    assert frameworks({"a.py": "import sklearn"}, readme=said) == ("mxnet",)
    assert frameworks({"a.py": "import sklearn"}) == ("sklearn",)


@pytest.mark.parametrize(
    "text",
    [
        _notebook("import os\n", "import torch\n"),
        json.dumps({"cells": [{"cell_type": "code", "source": "import os\nimport torch"}]}),
        json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": ["import torch"]}]}]}),
        _notebook("import os\n", "import torch\n").replace(", ", ",\n")[:-3],
    ],
    ids=["lines", "one text", "the old form", "cut"],
)
def test_notebooks_are_read_in_every_form(text: str) -> None:
    assert frameworks({"a.ipynb": text}) == ("pytorch",)


@pytest.mark.parametrize(
    "text", ["[]", "{}", "7", '{"cells": 7}', '{"cells": [7, {"cell_type": "code"}]}', "[" * 10_000]
)
def test_a_notebook_of_another_form_imports_nothing(text: str) -> None:
    assert imported("a.ipynb", text) == ()


def test_torch_in_lua_is_another_one() -> None:
    assert frameworks({"train.lua": "require 'torch'\nrequire('nn')"}) == ("torch",)
    assert frameworks({}, readme="Install Torch and run `th main.lua`, torch.") == ("torch",)
    assert frameworks({}, language="Lua") == ("torch",)


@pytest.mark.parametrize(
    ("readme", "expected"),
    [
        ("# Nets\nPyTorch implementation of nets.", ("pytorch",)),
        ("![b](https://img.shields.io/badge/PyTorch-1.7-red)", ("pytorch",)),
        ("    pip install torch", ("pytorch",)),
        ("Requirements:\n- TensorFlow 1.12\n- numpy", ("tensorflow",)),
        ("Implemented in JAX.", ("jax",)),
        ("Trained in PyTorch 1.1, PyTorch only. Faster than TensorFlow.", ("pytorch",)),
        ("Run it with Keras 2.2, in Keras.", ("tensorflow", "keras")),
    ],
)
def test_a_readme_tells_where_nothing_else_does(readme: str, expected: tuple[str, ...]) -> None:
    assert frameworks({}, readme=readme, language="Python") == expected
    assert frameworks({}, readme=readme, language="MATLAB") == ()


# Which files, and the archive's names


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ((), ()),
        (("README.md", "LICENSE", "docs/conf.py", "tests/test_a.py", ".github/x.py", "setup.cfg.bak"), ()),
        (("requirements-dev.txt", "docs/requirements.txt", "a.py"), ("a.py",)),
        (
            ("z.py", "train.py", "model.py", "a/requirements.txt", "requirements.txt", "setup.py"),
            ("requirements.txt", "train.py", "model.py"),
        ),
        (("environment.yml", "pyproject.toml", "src/x/train.py"), ("environment.yml", "src/x/train.py")),
        (("deep/er/train.py", "main.py", "a.ipynb"), ("main.py", "deep/er/train.py", "a.ipynb")),
        (("__init__.py", "config.py", "net/__init__.py", "net/model_big.py"), ("net/model_big.py",)),
        (("main.lua",), ("main.lua",)),
    ],
)
def test_the_most_telling_files_are_wanted(paths: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert wanted(paths) == expected


@pytest.mark.parametrize(
    ("found", "name"),
    [
        ((), "none"),
        (("sklearn",), "none"),
        (("theano", "keras"), "none"),
        (("tensorflow", "keras"), "tf"),
        (("jax", "flax"), "jax"),
        (("pytorch", "sklearn"), "pytorch"),
        (("torch",), "torch"),
    ],
)
def test_the_archive_has_names_of_its_own(found: tuple[str, ...], name: str) -> None:
    assert archive_name(found) == name


def test_the_score_counts_what_the_archive_says(tmp_path: Path) -> None:
    path = tmp_path / "gold.csv"
    path.write_text(
        'repo_url,framework,language,requirements\nu,pytorch,Python,"numpy\ntorch==1"\nu,tf,Python,numpy\n', "utf-8"
    )
    packed = tmp_path / "gold.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert score(packed) == score(path)
    assert score(path) == {"framework_accuracy": 0.5, "framework_rows": 2}


# Hostile input


@given(
    st.dictionaries(st.sampled_from(["a.py", "a.ipynb", "a.lua", "setup.py", "environment.yml"]), st.text()), st.text()
)
def test_any_text_is_read_without_an_error(files: dict[str, str], readme: str) -> None:
    assert isinstance(frameworks(files, readme=readme), tuple)
    assert isinstance(from_requirements(readme), tuple)


@given(st.lists(st.text(), max_size=20))
def test_any_list_of_paths_gives_at_most_three_of_them(paths: list[str]) -> None:
    found = wanted(paths)
    assert len(found) <= 3
    assert set(found) <= set(paths)


@pytest.mark.parametrize("piece", ["a", "[", '"', "'a", "torch,", "- x::y[ \n", "import ", "http://", "tf.keras ", "#"])
@pytest.mark.parametrize("path", ["requirements.txt", "setup.py", "a.py", "a.ipynb", "a.lua"])
def test_a_long_text_of_anything_is_read_in_a_moment(path: str, piece: str) -> None:
    text = piece * (250_000 // len(piece))
    begun = time.process_time()
    frameworks({path: text}, readme=text)
    assert time.process_time() - begun < 5
