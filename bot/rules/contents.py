"""What a repository holds: source, or only a README that promises it; and what there is beside the source."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from posixpath import basename
from typing import Final

from bot.domain.code import ContentState
from bot.rules.manifests import rank
from bot.rules.promises import promises

__all__ = ["ContentState", "Contents", "judge", "promises"]

_READ: Final = 100_000  # characters of a README that are read

_LONGEST: Final = 500  # characters of a path that are looked at

_PROGRAMS: Final = frozenset(
    "py pyx ipynb lua jl r rmd qmd m mlx c cc cpp cxx cu cuh h hpp hh java kt scala clj go rs swift cs fs vb d dart "
    "php rb pl pm hs ml mli elm erl ex exs lisp scm rkt f f90 f95 for pas adb ads asm s v sv vhd vhdl sol lean thy "
    "agda idr smt2 als tla wl nb sas do ado stan bugs sql sh bash ps1 zig nim cr mojo metal glsl hlsl gd groovy "
    "tcl nlogo".split()
)
_WEB: Final = frozenset("js mjs jsx ts tsx vue svelte".split())  # a program's, or the page's of a project
_PACKED: Final = frozenset("zip tar tgz gz 7z rar xz".split())
_WEIGHTS: Final = frozenset("pt pth ckpt safetensors onnx pdparams gguf caffemodel tflite t7".split())
_MAYBE_WEIGHTS: Final = frozenset("h5 hdf5 keras npz bin pkl joblib tar".split())
_DATA: Final = frozenset("csv tsv jsonl ndjson parquet arrow npy mat arff feather tfrecord".split())
_MAYBE_DATA: Final = frozenset("json txt xml xlsx pkl npz h5 hdf5".split()) | _PACKED
_NO_PROGRAM: Final = frozenset("__init__.py setup.py conf.py conftest.py versioneer.py".split())
_ASIDE = re.compile(
    r"(?:^|/)(?:\.[^/]+|docs?|website|site|static|assets|images?|img|figs?|figures?|media|_layouts|_includes"
    r"|node_modules)/",
    re.IGNORECASE,
)
_IS_CODE = re.compile(r"code|src|source|script", re.IGNORECASE)
_TEST = re.compile(r"(?:^|/)(?:tests?/.|test_[^/]+\.py$|runtests\.jl$)|_test\.(?:py|go|cc|cpp|jl)$", re.IGNORECASE)
_WEIGHTY = re.compile(r"weight|checkpoint|ckpt|trained|models?/|model[^/]*$|best|epoch|\.pth\.tar$", re.IGNORECASE)
_OF_DATA_FOLDER = re.compile(r"(?:^|/)(?:data|datasets?|corpus)/", re.IGNORECASE)

_SHELF = re.compile(
    r"(?:huggingface\.co|hf\.co|drive\.google\.com|dropbox\.com|zenodo\.org|pan\.baidu\.com|1drv\.ms|kaggle\.com)/\w"
    r"|\.(?:pth|ckpt|safetensors|onnx|caffemodel|pth\.tar)\b",
    re.IGNORECASE,
)
_OF_WEIGHTS = re.compile(r"checkpoint|ckpt|weights|pre-?trained|model zoo|trained model|\.safetensors", re.IGNORECASE)
_OF_DATA = re.compile(r"\bdata ?sets?\b|/datasets/|download the data\b", re.IGNORECASE)
_NEAR: Final = 120  # characters around an address in which words speak of what lies there
_MOST: Final = 200  # addresses

_BARE_PROMISE = re.compile(
    r"^\W{0,20}(?:coming (?:very )?soon|stay tuned|to be released|under construction|work in progress|wip|tbd|tba)\b"
    r".{0,40}$",
    re.IGNORECASE | re.MULTILINE,
)
# What shows that there is something to use: commands, or a part that tells how.
_COMMAND = re.compile(
    r"^\W{0,12}(?:pip3? install|conda (?:install|env|create)|git clone|python3? \S|bash \S|sh \S|import \w"
    r"|from \w{1,40} import|cmake |make\b|cargo |npm |docker run|torchrun |accelerate launch|uv )",
    re.IGNORECASE | re.MULTILINE,
)
_USAGE = re.compile(
    r"^#{1,4}\W{0,8}(?:\d\W{0,3})?(?:installation|install|usage|how to (?:use|run)|quick ?start|getting started"
    r"|training|running|requirements|dependencies|set-?up)\b",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a repository; beside its state, whether it has each of what a user looks for."""

    state: ContentState
    dependencies: bool = False  # a list of them
    tests: bool = False
    weights: bool = False  # trained ones, in it or where its README points to
    data: bool = False
    notebooks: bool = False


def judge(paths: Sequence[str] | None, readme: str | None) -> Contents:
    """Judge by the list of files, and by the README for what lies elsewhere.

    `paths` None: the list couldn't be had, and the README's words decide alone. A README that promises a part doesn't
    make a placeholder of a repository that has source.
    """
    files, words = tuple(path[-_LONGEST:] for path in paths or ()), (readme or "")[:_READ]
    return Contents(
        _by_words(words) if paths is None else _by_files(files),
        dependencies=any(rank(path) is not None for path in files),
        tests=any(map(_TEST.search, files)),
        weights=any(map(_is_weights, files)) or _shelved(words, _OF_WEIGHTS),
        data=any(map(_is_data, files)) or _shelved(words, _OF_DATA),
        notebooks=any(_kind(path) == "ipynb" for path in files),
    )


def _by_files(paths: Sequence[str]) -> ContentState:
    if not paths:
        return ContentState.EMPTY
    # Scripts of a page are no source, unless the repository is a package of them.
    kinds = _PROGRAMS | _WEB if any(basename(path) == "package.json" for path in paths) else _PROGRAMS
    source = any(_is_source(path, kinds) for path in paths)
    return ContentState.SOURCE if source else ContentState.PLACEHOLDER


def _is_source(path: str, kinds: frozenset[str]) -> bool:
    name, kind = basename(path), _kind(path)
    program = (kind in kinds and name not in _NO_PROGRAM) or (kind in _PACKED and _IS_CODE.search(name))
    return bool(program) and not _ASIDE.search(path)


def _kind(path: str) -> str:
    """What stands behind the last dot, in lower case."""
    return basename(path).rpartition(".")[2].lower()


def _by_words(readme: str) -> ContentState:
    if not readme.strip():
        return ContentState.UNKNOWN
    promised = promises(readme) or _BARE_PROMISE.search(readme)
    usable = _COMMAND.search(readme) or _USAGE.search(readme)
    return ContentState.PLACEHOLDER if promised and not usable else ContentState.SOURCE


def _is_weights(path: str) -> bool:
    kind = _kind(path)
    return kind in _WEIGHTS or (kind in _MAYBE_WEIGHTS and _WEIGHTY.search(path) is not None)


def _is_data(path: str) -> bool:
    inner = _kind(path.lower().removesuffix(".gz").removesuffix(".xz"))
    return inner in _DATA or (_kind(path) in _MAYBE_DATA and _OF_DATA_FOLDER.search(path) is not None)


def _shelved(readme: str, of: re.Pattern[str]) -> bool:
    """Whether words of that kind stand near an address where such things are kept."""
    ends = (found.span() for found, _ in zip(_SHELF.finditer(readme), range(_MOST), strict=False))
    return any(of.search(readme, max(0, start - _NEAR), end + _NEAR) for start, end in ends)
