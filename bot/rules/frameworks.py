"""Which frameworks a repository uses, the primary one first, from the few files that are worth reading for it.

The order of trust: what is imported, what manifests ask for, what the README says, the language. The first of them that
names a framework decides; the primary one is the one imported most. Requirements alone name about 80 % of them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import basename
from typing import Final

from bot.rules.framework_names import JAX_LIBRARIES, order, spoken_for
from bot.rules.imports import imported
from bot.rules.manifests import Package, packages, packages_in, rank

_BACKEND = re.compile(
    r"(?:KERAS_BACKEND[\"'\])\s]{0,4}[=,:]\s?|set_backend\(\s?|\"backend\":\s?)[\"']?"
    r"(tensorflow|jax|torch|theano|mxnet|cntk)\b"
)
_KERAS_3 = re.compile(r"\bkeras\.(?:ops|config|random|distribution)\b|\bfrom keras import ops\b")
_UNDER_KERAS_2: Final = ("theano", "cntk", "mxnet")
_NAMED: Final = {"torch": "pytorch", "torch7": "torch", "tf2": "tensorflow", "paddlepaddle": "paddle"}
_ARCHIVED: Final = frozenset("pytorch tf jax mxnet paddle mindspore torch caffe2".split())

_READ: Final = 60_000  # characters of a README that are read
_SAID = re.compile(
    r"(?<![\w@.-])(pytorch|torch7?|tensorflow|tf2|keras|jax|flax|mxnet|paddlepaddle|mindspore|theano|chainer|caffe2?"
    r"|oneflow|jittor|megengine|mlx|tinygrad)(?![\w/])",
    re.IGNORECASE,
)
_LEADING_TO = re.compile(
    r"(?:install (?:\S{1,30} ){0,3}|badge/|(?:in|on|with|using) |import |[*-] \W{0,3})\Z", re.IGNORECASE
)
_LED_TO_BY = re.compile(
    r"\W{0,3}(?: implementation| code| version)?\W{0,3}(?:[>=]=|v?\d|implementation|code)", re.IGNORECASE
)
_PLAINLY: Final = 3  # times as much as a mere mention
_ADDRESS = re.compile(r"https?://(?!img\.shields\.io)\S{1,500}")
_LUA = re.compile(r"luarocks|torch7|\bth \S{1,60}\.lua", re.IGNORECASE)
# Whose programs use none of these frameworks but in one of 20 cases, whatever the README compares them with.
_ELSEWHERE: Final = frozenset("R MATLAB Julia TeX Java C# Go Rust Scala Haskell Mathematica Fortran Stan".split())

_MOST_FETCHED: Final = 3
_ASIDE = re.compile(
    r"(?:^|/)(?:tests?|testing|docs?|\.[^/]+|ci|third[-_]?party|external|vendor|node_modules|site-packages|venv|env|build"
    r"|dist|assets|docker|tutorials?|benchmarks?)/",
    re.IGNORECASE,
)
_NOT_FOR_USE = re.compile(r"(?:^|[-_.])(?:dev|tests?|docs?|lint|ci|build|style)(?:[-_.]|$)", re.IGNORECASE)
_TELLING: Final = tuple(  # the more telling first
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:train|main|trainer)\.(?:py|lua)",
        r"(?:models?|net(?:work)?s?|run)\.(?:py|lua)",
        r"(?:train|models?|net|main|run|pretrain|finetune)[-_].*\.(?:py|lua)|.*(?:train|model|net)\.(?:py|lua)",
        r".*\.ipynb",
        r"(?!__init__|setup|conftest|test_|config|versioneer).*\.(?:py|lua)",
    )
)


@dataclass(frozen=True, slots=True)
class _Signs:
    """How often one kind of source names frameworks themselves, and how often only their companions."""

    strong: Counter[str] = field(default_factory=Counter)
    weak: Counter[str] = field(default_factory=Counter)

    def see(self, name: str) -> None:
        known, proof = spoken_for(name)
        (self.strong if proof else self.weak).update(known)

    @property
    def counts(self) -> Counter[str]:
        """Companions count where nothing but scikit-learn, which goes with all of them, is found itself."""
        return self.strong if set(self.strong) - {"sklearn"} else self.strong + self.weak


def frameworks(files: Mapping[str, str], *, readme: str = "", language: str | None = None) -> tuple[str, ...]:
    """The frameworks that a repository uses, the primary one first; () when none is found. `files`: path -> text."""
    asked = tuple(package for path, text in files.items() for package in packages_in(path, text))
    backend = _backend((*files.values(), readme))
    keras_3 = _is_keras_3(asked) or any(_KERAS_3.search(text) for text in files.values())
    levels = (_imports(files), _packages(asked), _said(readme, language), _of_language(language))
    settled = [_settled(counts, backend, keras_3=keras_3) for counts in levels]
    return next((found for found in settled if set(found) - {"sklearn"}), next(filter(None, settled), ()))


def from_requirements(text: str) -> tuple[str, ...]:
    """The frameworks that a list of requirements (pip's or conda's) asks for, the likely primary one first."""
    asked = packages(text)
    return _settled(_packages(asked), None, keras_3=_is_keras_3(asked))


def archive_name(found: Sequence[str]) -> str:
    """The primary one as Papers With Code calls it: pytorch tf jax mxnet paddle mindspore torch caffe2, or none."""
    name = "tf" if found[:1] == ("tensorflow",) else "".join(found[:1])
    return name if name in _ARCHIVED else "none"


def wanted(paths: Sequence[str]) -> tuple[str, ...]:
    """The (at most three) paths of a repository that are worth fetching: a manifest, then the most telling programs."""
    inside = [path for path in paths if not _ASIDE.search(path)]
    manifests = [(path.count("/"), at, path) for path in inside if (at := _manifest_rank(path)) is not None]
    programs = [(path.count("/") + at, path) for path in inside if (at := _program_rank(path)) is not None]
    first = [min(manifests)[2]] if manifests else []
    return (*first, *(path for _, path in sorted(programs)))[:_MOST_FETCHED]


def _manifest_rank(path: str) -> int | None:
    return None if _NOT_FOR_USE.search(basename(path).rpartition(".")[0]) else rank(path)


def _program_rank(path: str) -> int | None:
    name = basename(path)
    return next((at for at, kind in enumerate(_TELLING) if kind.fullmatch(name)), None)


def _imports(files: Mapping[str, str]) -> Counter[str]:
    signs = _Signs()
    for module in (module for path, text in files.items() for module in imported(path, text)):
        first, _, rest = (
            module.lower().replace("_", "-").replace("tensorflow.python.keras", "tensorflow.keras").partition(".")
        )
        signs.see("tensorflow.keras" if (first, rest.partition(".")[0]) == ("tensorflow", "keras") else first)
    return signs.counts


def _packages(asked: Iterable[Package]) -> Counter[str]:
    """Each once; but who asks for a library of JAX besides has it first: torch often stands by for its data loaders."""
    signs, names = _Signs(), {package.name for package in asked}
    for name in names:
        signs.see(name)
    return Counter({known: 2 if known == "jax" and names & JAX_LIBRARIES else 1 for known in signs.counts})


def _said(readme: str, language: str | None) -> Counter[str]:
    """What the words of a README say; not what they mention once in passing, or under half as much as the first."""
    if language in _ELSEWHERE:
        return Counter()
    text, found = _ADDRESS.sub(" ", readme[:_READ]), Counter[str]()
    for said in _SAID.finditer(text):
        plainly = _LEADING_TO.search(text[max(0, said.start() - 100) : said.start()]) or _LED_TO_BY.match(
            text, said.end()
        )
        found[_framework(said[1].lower(), lua=language == "Lua")] += _PLAINLY if plainly else 1
    if _LUA.search(text):
        found["torch"] += found.pop("pytorch", 0)
    most = max(found.values(), default=0)
    return Counter({name: times for name, times in found.items() if times > 1 and times * 2 >= most})


def _framework(word: str, *, lua: bool) -> str:
    return "torch" if lua and word == "torch" else _NAMED.get(word, word)


def _of_language(language: str | None) -> Counter[str]:
    """Programs in Lua that come with a paper are written for Torch."""
    return Counter(torch=1) if language == "Lua" else Counter()


def _backend(texts: Iterable[str]) -> str | None:
    """The framework that Keras is told to sit on."""
    found = next(filter(None, map(_BACKEND.search, texts)), None)
    return _NAMED.get(found[1], found[1]) if found else None


def _is_keras_3(asked: Iterable[Package]) -> bool:
    return any(package.name == "keras" and (package.major or 0) >= 3 for package in asked)


def _settled(counts: Counter[str], backend: str | None, *, keras_3: bool) -> tuple[str, ...]:
    """By how often, scikit-learn last; what Keras sits on and what Flax is made of stand before them."""
    counts = Counter(counts)
    for above, under in (("keras", _under_keras(counts, backend, keras_3=keras_3)), ("flax", "jax")):
        if counts[above]:
            counts[under] = max(counts[under], counts[above])
    return tuple(sorted(+counts, key=lambda name: (name == "sklearn", -counts[name], order(name))))


def _under_keras(counts: Counter[str], backend: str | None, *, keras_3: bool) -> str:
    """Told, else TensorFlow if it is there, else (since Keras 3) the neighbour used most, else Keras 2's other ones."""
    if backend or counts["tensorflow"]:
        return backend or "tensorflow"
    neighbours = ("pytorch", "jax") if keras_3 else _UNDER_KERAS_2
    return max((name for name in neighbours if counts[name]), key=lambda name: counts[name], default="tensorflow")
