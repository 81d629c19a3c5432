"""What packages a manifest asks for: requirements.txt, conda's environment, pyproject.toml, setup.py or .cfg, Pipfile.

Files are read line by line rather than parsed: half of them are broken somewhere, and a broken line costs itself only.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import basename
from typing import Final
from urllib.parse import unquote

READ: Final = 1_000_000  # characters of a file that are read
_LINE: Final = 400  # characters of a line
_MOST: Final = 5_000  # lines

_KINDS: Final = (  # the more telling first; whether the names stand in a list of their own
    (True, re.compile(r"requirements?\.(?:txt|in)", re.IGNORECASE)),
    (True, re.compile(r"(?:conda[-_]?)?env(?:ironment)?s?(?:[-_.]\w{1,30})?\.ya?ml|conda\.ya?ml", re.IGNORECASE)),
    (False, re.compile(r"pyproject\.toml|setup\.py|setup\.cfg|pipfile", re.IGNORECASE)),
    (True, re.compile(r"[\w-]{0,40}requirements?[\w.-]{0,40}\.(?:txt|in)", re.IGNORECASE)),
    (True, re.compile(r"meta\.ya?ml", re.IGNORECASE)),
)
_NAME: Final = r"[A-Za-z][A-Za-z0-9_.-]{0,60}"
_EXTRAS: Final = r"(?:\[(?P<extras>[\w, -]{1,80})\])?"
_LISTED = re.compile(rf"(?:[\w-]{{1,30}}::)?(?P<name>{_NAME})[ ]?{_EXTRAS}")
_MAJOR = re.compile(r"[ ]?(?:===?|>=?|~=|\^|=)[ ]?v?(\d{1,4})")
_QUOTED = re.compile(rf"[\"'](?P<name>{_NAME})[ ]?{_EXTRAS}(?P<rest>[ ]?[<>=~!^@;,(][^\"']*)?[\"']")
_KEY = re.compile(rf"\s*(?P<name>{_NAME})\s?(?P<rest>=[^=]?.*|[<>=~!].*)?$")
_SECTION = re.compile(r"\s{0,2}(\w{1,40}):")
_EGG = re.compile(rf"[#&]egg=({_NAME})")
_NOT_ASKED_FOR = re.compile(
    r"\s*(?:setup\()?[\"']?(?:keywords|classifiers|description|long_description)\b", re.IGNORECASE
)
_INSTALL = re.compile(r"[!%$]?\s?(?:python3?\s-m\s)?(?:pip3?|conda|mamba|uv pip)\sinstall\s(.*)", re.IGNORECASE)
_OPTION = re.compile(r"-{1,2}[a-z]")
_EDITABLE = re.compile(r"-{1,2}e(?:ditable)?[ =](.*)")
_INDEXES: Final = (("download.pytorch.org", "torch-index"), ("jax-releases", "jax-index"))


@dataclass(frozen=True, slots=True)
class Package:
    """A package by its name in lower case with hyphens; `major` is the first number of its version, if told."""

    name: str
    major: int | None = None


def rank(path: str) -> int | None:
    """How telling a manifest of this name is, 0 the most; None when it is no manifest."""
    name = basename(path)
    return next((at for at, (_, kind) in enumerate(_KINDS) if kind.fullmatch(name)), None)


def packages_in(path: str, text: str) -> tuple[Package, ...]:
    """The packages that the manifest at this path asks for; () when it is no manifest."""
    at = rank(path)
    if at is None:
        return ()
    return packages(text) if _KINDS[at][0] else _once(_of_quoted(text))


def packages(text: str) -> tuple[Package, ...]:
    """The packages of a list: pip's or conda's form, with addresses, options, comments and whatever else there is."""
    return _once(_of_list(text))


def _once(found: Iterator[Package]) -> tuple[Package, ...]:
    return tuple(dict.fromkeys(found))


def _lines(text: str) -> Iterator[str]:
    """The lines without comments. Text in another encoding than it was read in often has a NUL in each letter."""
    text = text[:READ].replace("\x00", "").lstrip("\ufeff\ufffd")
    for line in text.splitlines()[:_MOST]:
        bare = re.sub(r"(?:^|\s)#.*", "", line[:_LINE]).rstrip()
        if bare:
            yield bare


def _of_list(text: str) -> Iterator[Package]:
    section = ""
    for line in _lines(text):
        if found := _SECTION.match(line):
            section = found[1].lower()
        if section not in ("channels", "variables"):
            yield from _of_line(line.strip())


def _of_line(line: str) -> Iterator[Package]:
    """What one line asks for: "name…", "- name…", an address, an option that tells of one, a command that installs."""
    yield from (Package(hint) for address, hint in _INDEXES if address in line)
    if installed := _INSTALL.match(line):
        words = (word for word in installed[1].split() if not word.startswith("-"))
        yield from (package for word in words for package in _named(word.strip("\"'")))
    elif editable := _EDITABLE.match(line):
        yield from _named(editable[1])
    elif not _OPTION.match(line):
        yield from _named(line.lstrip("-* \"'"))


def _named(text: str) -> Iterator[Package]:
    """The package that one entry names: by its name, or at an address."""
    if egg := _EGG.search(text):
        yield _package(egg[1])
    elif "://" in text and not re.match(rf"{_NAME}(?:\[[\w, -]{{1,80}}\])?\s?@", text):
        yield from _at_address(text)
    elif found := _LISTED.match(text):
        yield _package(found["name"], text[found.end() :])
        yield from _extras(found["extras"])


def _at_address(text: str) -> Iterator[Package]:
    """torch-1.2.0-cp37-…whl is torch; git+https://github.com/owner/name@commit is name."""
    last = basename(unquote(text).partition("#")[0].partition("?")[0].strip("\"' ").rstrip("/"))
    name = re.split(r"-\d|@", last, maxsplit=1)[0].removesuffix(".git")
    if re.fullmatch(_NAME, name) and not name.endswith((".html", ".txt")):
        yield _package(name)


def _of_quoted(text: str) -> Iterator[Package]:
    """The packages of a program or settings file: its keys and quoted texts, but not its keywords and classifiers."""
    skipping = False
    for line in _lines(text):
        if skipping or _NOT_ASKED_FOR.match(line):
            skipping = "]" not in line and (skipping or "[" in line)
            continue
        if key := _KEY.match(line):
            yield _package(key["name"], (key["rest"] or "").replace('"', "").replace("'", ""))
        for found in _QUOTED.finditer(line):
            yield _package(found["name"], found["rest"] or "")
            yield from _extras(found["extras"])


def _package(name: str, rest: str = "") -> Package:
    major = _MAJOR.match(re.sub(r"^=\s?(?=[\^~><=])", "", rest))
    return Package(re.sub(r"[-_.]+", "-", name.lower()).strip("-"), int(major[1]) if major else None)


def _extras(names: str | None) -> Iterator[Package]:
    """`transformers[torch]` asks for torch as well."""
    return (_package(name.strip()) for name in (names or "").split(",") if name.strip())
