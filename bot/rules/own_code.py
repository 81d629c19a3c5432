"""Does a paragraph of a paper's full text tell where the authors' own code is?

Most addresses of code in a full text are somebody else's. A paragraph is mended (ligatures, broken addresses), cut into
sentences and these into words; words have classes (a noun of code, a verb of release, a place …). Its features are the
classes that occur, pairs of classes that follow one another closely ("our … code", "code … available", "available …
address"), and a few meetings of both in one sentence. A logistic regression weighs them: own_code_weights.tsv, made by
bench/train_own_code.py, can be read and argued with line by line.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import takewhile
from math import exp
from pathlib import Path
from typing import Final

OWN: Final = 0.3  # from this probability on, F1 is about the best; 0.5 would miss a quarter of the authors' own
WEIGHTS: Final = Path(__file__).with_name("own_code_weights.tsv")
BIAS: Final = "(bias)"
_READ: Final = 5_000  # characters of a paragraph that are read

_BROKEN_WORD = re.compile(r"(?<=[a-z])-[ \t]?\n[ \t]?(?=[a-z])")
_SCHEME = re.compile(r"h ?ttps? ?: ?/ ?/ ?", re.IGNORECASE)
_HOST = re.compile(
    r"\b(git ?hub|gitlab|bitbucket|codeberg|sourceforge) ?\. ?(com|org|net|io)\b(?: ?/ ?)?", re.IGNORECASE
)
_ADDRESS = re.compile(
    r"(?:https?://|www\.|(?<![\w.@-])(?:github|gitlab|bitbucket|codeberg)\.(?:com|org))[^\s<>\"'{}|,;()\[\]]*",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"< ?(?:url|link|anonymi[sz]ed) ?>|\(link\)", re.IGNORECASE)
_TEX = re.compile(r"\\(?:url|href|footnote)\b")
# What an address becomes, by what it holds.
_KINDS: Final = (
    ("UrlPage", ("github.io", "gitlab.io", "sites.google")),
    ("UrlHost", ("github", "gitlab", "bitbucket", "codeberg", "sourceforge", "code.google", "/git")),
    ("UrlDoi", ("zenodo", "figshare", "osf.io", "doi.org", "dataverse", "dryad")),
)
_CITATION = re.compile(r"\[[\w ,;–-]{0,30}\d\]")
_OPEN_SOURCE = re.compile(r"open[- ]{1,2}sourc", re.IGNORECASE)
# The little number of a footnote: "online.4 We", "research1.", "on GitHub 2".
_MARKS = (
    re.compile(r"(?<=[a-z])()\.\d{1,2}(?=$| [A-Z])"),
    re.compile(r"(?<=[a-z])()(?:[.,]?\d{1,2}|[*†‡])(?=$|[.,;:)](?: |$))"),
    re.compile(
        r"\b(available|github|gitlab|online|here|repository|code|page|(?:open)?sourced?|released) ?\d{1,2}(?: \d)?"
        r"(?=[ .,;:)]|$)",
        re.IGNORECASE,
    ),
)
_SENTENCE_END = re.compile(r"[.!?] (?=[A-Z•\[(])|(?:^| )\d{1,2} ?(?=[A-Z][a-z])|•|\d\) ")
_WORD = re.compile(r"[a-z+#'-]{1,40}")

_WORDS: Final = {
    "code": "code codes codebase code-base sourcecode sourcecodes source-code",
    "implementation": "implementation implementations",
    "software": "software package packages toolbox toolkit library solver tool tools plugin prototype program programs",
    "script": "script scripts notebook notebooks docker dockerfile dockerfiles demo demos",
    "model": "model models checkpoint checkpoints weights embeddings network networks pipeline pipelines",
    "data": "data dataset datasets corpus corpora annotation annotations benchmark benchmarks image images video "
    "videos database databases list lists file files lexicon lexicons",
    "whole": "all work everything material materials developments proofs plans extensions algorithm algorithms "
    "framework documentation",
    "repository": "repository repositories repo repos github gitlab bitbucket",
    "available": "available publicly-available avail-able avaliable avriable accessible availability",
    "release": "release releases released releasing opensourced opensourcing publish published share shares shared "
    "contribute",
    "open source": "opensource opensourced opensourcing",
    "found": "found find download downloaded accessed hosted located obtained",
    "provide": "provide provides provided providing include includes included contain contains archived make made",
    "public": "public publicly publically freely free online open",
    "our": "our ours project's",
    "we": "we",
    "the": "the all these our both",
    "this": "this",
    "work": "work paper study article report project manuscript research",
    "experiments": "experiment experiments simulation simulations analysis analyses approach results figures",
    "proposed": "proposed project",
    "reproduce": "reproduce reproduced reproducing reproducible reproducibility replicate replication",
    "will": "will soon",
    "foreign": "their they official original baseline baselines existing other others authors author's authors' "
    "community al",
    "by": "by from",
    "use": "use uses used using utilize utilized utilise utilised adopt adopted employ employed follow followed "
    "following run ran install installed",
    "write": "implemented written coded programmed built",
    "in": "in using with on",
    "not": "not no without none lack few never",
    "supplement": "supplement supplementary supplemental appendix attached",
    "page": "link website page webpage here following",
    "framework": "pytorch tensorflow keras scikit-learn caffe python matlab java c++",
    "reference": "retrieved proceedings proc vol preprint journal conference pp",
    "request": "request requests contact",
    "engineering": "bug bugs developer developers commit commits refactoring app apps projects",
    "other tool": "project projects system systems tool tools library libraries software framework platform python "
    "simulator environment engine toolkit implementation dataset package packages program",
    "licence": "license licence licensed gpl mit gnu",
    "for": "for of to used",
    "address": "urlhost urlpage urlweb urldoi",
    "code host": "urlhost",
    "project page": "urlpage",
    "web": "urlweb",
    "archive": "urldoi",
    "footnote": "footnotemark",
    "citation": "citationmark",
    "reference word": "available url",
    "others": "al authors authors' author's",
}
_CODE: Final = ("code", "implementation", "software", "script")
_AVAILABLE: Final = ("available", "release", "found", "open source", "provide")
_CLASSES: Final[Mapping[str, tuple[str, ...]]] = {
    word: tuple(name for name, words in _WORDS.items() if word in words.split())
    for word in " ".join(_WORDS.values()).split()
}
_OF_ENGINEERING: Final = frozenset(
    "change changes review reviews search clone clones mixed switching snippet snippets".split()
)
# Classes of which the second follows the first within so many words.
_PAIRS: Final = (
    ("code available", _CODE, ("available", "release", "found", "provide", "public"), 10),
    ("release code", ("release", "provide", "open source", "found"), _CODE, 9),
    ("we release", ("we",), ("release", "provide", "open source"), 4),
    ("available address", ("available", "release", "found", "provide"), ("address",), 5),
    ("code address", (*_CODE, "repository", "page"), ("address",), 2),
    ("code near an address", _CODE, ("address",), 8),
    ("the code", ("the", "our"), _CODE, 6),
    ("our code", ("our",), (*_CODE, "repository"), 6),
    ("data available", ("data",), ("available", "release", "found"), 6),
    ("all available", ("model", "whole", "software", "script"), ("available", "release", "found", "open source"), 6),
    ("this work", ("this",), ("work",), 2),
    ("the experiments", ("the",), ("experiments",), 2),
    ("code for", _CODE, ("for",), 1),
    ("written in", ("write",), ("in",), 1),
    ("use code", ("use",), _CODE, 4),
    ("code of others", _CODE, ("others",), 5),
    ("by others", ("by",), ("citation", "foreign"), 2),
    ("open source tool", ("open source",), ("other tool",), 2),
    ("not available", ("not",), ("available", "release", "public"), 2),
)
_FILLERS: Final = frozenset(
    "the our all a an both complete full corresponding entire open pytorch python java data and detailed source "
    "footnotemark citationmark".split()
)
_OWNERS: Final = frozenset(("our", "this work", "the experiments", "proposed", "code first", "we release", "reproduce"))
_PLACES: Final = frozenset(("address", "footnote", "supplement", "repository", "citation", "page"))
_DOUBTS: Final = frozenset(
    (
        "foreign",
        "by others",
        "code of others",
        "use",
        "use code",
        "not",
        "open source tool",
        "engineering",
        "reference",
        "reference address",
    )
)
# Where a sentence offers code without doubt, another that names somebody else's takes nothing away.
_DOUBTFUL_OFFERS: Final = frozenset(
    ("use code", "code of others", "by others", "not available", *(f"code offered, {doubt}" for doubt in _DOUBTS))
)
_HELPERS: Final = frozenset(
    ("the", "this", "work", "by", "in", "for", "other tool", "reference word", "whole", "others")
)
_LENGTHS: Final = (60, 150, 500, 1200)  # characters


def own_code(paragraph: str) -> float:
    """The probability, from 0 to 1, that this paragraph tells where the authors' own code is. Takes any text."""
    known = weights()
    score = known[BIAS] + sum(known.get(feature, 0.0) for feature in features(paragraph))
    return 1 / (1 + exp(-score))


def is_own_code(paragraph: str) -> bool:
    return own_code(paragraph) >= OWN


@cache
def weights() -> Mapping[str, float]:
    """What each feature adds to the log odds."""
    lines = WEIGHTS.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {feature: float(weight) for feature, weight in rows}


def features(paragraph: str) -> frozenset[str]:
    """All that holds of any of its sentences, and how long it is."""
    found = {f"over {limit} characters" for limit in _LENGTHS if len(paragraph) > limit}
    for sentence in _sentences(paragraph):
        found |= _of_sentence(sentence)
    return frozenset(found - _DOUBTFUL_OFFERS if "code offered without doubt" in found else found)


def _sentences(paragraph: str) -> Iterator[list[str]]:
    for sentence in _SENTENCE_END.split(_mended(paragraph)):
        if words := [word.strip("'-") for word in _WORD.findall(sentence.lower())]:
            yield words


def _mended(paragraph: str) -> str:
    """Ligatures undone, broken words and addresses joined; addresses, citations and footnotes' numbers become words."""
    text = unicodedata.normalize("NFKC", paragraph[:_READ])[:_READ].replace("’", "'")
    text = " ".join(_TEX.sub(" ", _BROKEN_WORD.sub("", text)).split()).replace("](", " (")
    text = _HOST.sub(lambda m: f"{m[1].replace(' ', '')}.{m[2]}/", _SCHEME.sub(" https://", text))
    text = _HIDDEN.sub(" UrlWeb ", _ADDRESS.sub(_kind, text))
    text = _OPEN_SOURCE.sub("opensourc", _CITATION.sub(" citationmark ", text))
    for mark in _MARKS:
        text = mark.sub(r"\1 footnotemark", text)
    return " ".join(text.split())


def _kind(address: re.Match[str]) -> str:
    url = address[0].lower()
    kind = next((kind for kind, parts in _KINDS if any(part in url for part in parts)), "UrlWeb")
    return f" {kind} . " if url.endswith(".") else f" {kind} "


def _of_sentence(words: Sequence[str]) -> set[str]:
    places = _places(words)
    found = set(places) | {name for name, first, second, reach in _PAIRS if _follows(places, first, second, reach)}
    found |= {name for name, holds in _whole(words, places).items() if holds}
    return (found | {name for name, holds in _meetings(found).items() if holds}) - _HELPERS


def _places(words: Sequence[str]) -> dict[str, list[int]]:
    """Where in the sentence the words of each class stand."""
    places: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        if word == "code" and at + 1 < len(words) and words[at + 1] in _OF_ENGINEERING:
            continue
        for name in _CLASSES.get(word, ()):
            places.setdefault(name, []).append(at)
    return places


def _follows(places: Mapping[str, list[int]], first: Sequence[str], second: Sequence[str], reach: int) -> bool:
    starts = [at for name in first for at in places.get(name, ())]
    if not starts:
        return False
    near = {at + step for at in starts for step in range(1, reach + 1)}
    return any(at in near for name in second for at in places.get(name, ()))


def _whole(words: Sequence[str], places: Mapping[str, list[int]]) -> dict[str, bool]:
    """What holds of the sentence as a whole."""
    begun = sum(1 for _ in takewhile(_FILLERS.__contains__, words[:6]))
    first = _CLASSES.get(words[begun], ()) if begun < len(words) else ()
    return {
        "code first": any(name in _CODE for name in first),
        "several addresses": len(places.get("address", ())) > 1,
        "nothing but addresses": len(places.get("address", ())) == len(words),
        "reference address": _follows(
            {**places, "reference word": _early(places)}, ("reference word",), ("address",), 2
        ),
    }


def _early(places: Mapping[str, list[int]]) -> list[int]:
    return [at for at in places.get("reference word", ()) if at < 3]


def _meetings(found: set[str]) -> dict[str, bool]:
    """What matters more when it stands in one sentence than when it is spread over several."""
    coded = any(name in found for name in _CODE)
    offered = coded and ("code near an address" in found or any(name in found for name in _AVAILABLE))
    owned, placed, clear = (bool(found & _OWNERS), bool(found & _PLACES), not found & _DOUBTS)
    told = bool(found & {"code available", "code address"})
    return {
        "code offered": offered,
        "code offered at an address": offered and "address" in found,
        "code offered at a place": offered and placed,
        "code offered by owners": offered and owned,
        "code offered by owners at a place": offered and owned and placed,
        "code offered without doubt": offered and clear,
        "code offered by owners without doubt": offered and owned and clear,
        **{f"code offered, {doubt}": offered and doubt in found for doubt in _DOUBTS},
        "code at a code host": {"code", "code host"} <= found,
        "code available at an address": told and "address" in found,
        "code available at a place": told and placed,
        "code available without doubt": told and clear,
        "we release code": {"we release", "release code"} <= found,
        "only data available": "data available" in found and not coded,
        "all available at a code host": "all available" in found
        and bool(found & {"repository", "code host", "footnote"}),
        "our code at a place": "our code" in found and placed,
        "our repository": {"our", "repository"} <= found,
        "found in a repository": "repository" in found and bool(found & {"found", "available"}),
    }
