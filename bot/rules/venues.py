"""Where a paper appeared, as far as its ids or the archive tell: what they don't tell is not guessed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain.paper import PaperId


class VenueKind(StrEnum):
    ARTICLE = "article"
    IN_PROCEEDINGS = "inproceedings"


@dataclass(frozen=True, slots=True)
class Venue:
    """A journal, or a conference with its year where that is known."""

    kind: VenueKind
    name: str
    year: int | None = None


_TACL: Final = "Transactions of the Association for Computational Linguistics"
_LINGUISTICS: Final = "Computational Linguistics"
_ACL_OLD: Final = re.compile(r"([A-Z])(\d\d)-\d{4,5}", re.IGNORECASE)
_ACL_NEW: Final = re.compile(r"(\d{4})\.([a-z0-9_]+)-([a-z0-9_]+)\.\d+", re.IGNORECASE)
_ACL_LETTERS: Final = {
    "P": "ACL",
    "N": "NAACL",
    "D": "EMNLP",
    "E": "EACL",
    "C": "COLING",
    "K": "CoNLL",
    "L": "LREC",
    "I": "IJCNLP",
}
_ACL_NAMES: Final = {name.lower(): name for name in (*_ACL_LETTERS.values(), "AACL")}
_ACL_JOURNALS: Final = {"Q": _TACL, "J": _LINGUISTICS, "tacl": _TACL, "cl": _LINGUISTICS}
_CONFERENCES: Final = (
    re.compile(r"10\.1109/([a-z0-9-]{0,20}[a-z])\d{4,6}\.((?:19|20)\d\d)\.\d+"),  # 10.1109/cvpr52688.2022.01042
    re.compile(r"10\.1109/((?:cvpr|iccv|wacv)w?|3dv|icassp|icdm|icip|icme|icpr|icra|ijcnn|iros)\.((?:19|20)\d\d)\.\d+"),
    re.compile(r"10\.24963/(ijcai)\.((?:19|20)\d\d)/\d+"),
    re.compile(r"10\.21437/(interspeech)\.((?:19|20)\d\d)-\d+"),
)
_STATED: Final = re.compile(r"(?P<name>.*[^\W\d_].*?)(?: (?P<year>(?:19|20)\d\d)(?: \d{1,2})?)?")  # "CVPR 2020 6"
_JOURNAL: Final = re.compile(r"\b(?:journal|transactions|letters)\b", re.IGNORECASE)
_CONFERENCE_NAMES: Final = {"interspeech": "Interspeech"}
_PREFIXES: Final = {
    "10.1609/aaai.": Venue(VenueKind.IN_PROCEEDINGS, "Proceedings of the AAAI Conference on Artificial Intelligence"),
} | {
    prefix: Venue(VenueKind.ARTICLE, name)
    for prefix, name in {
        "10.1162/tacl_a_": _TACL,
        "10.1162/coli_": _LINGUISTICS,
        "10.1162/neco_": "Neural Computation",
        "10.1109/access.": "IEEE Access",
        "10.1109/jbhi.": "IEEE Journal of Biomedical and Health Informatics",
        "10.1109/lra.": "IEEE Robotics and Automation Letters",
        "10.1109/taslp.": "IEEE/ACM Transactions on Audio, Speech, and Language Processing",
        "10.1109/tcsvt.": "IEEE Transactions on Circuits and Systems for Video Technology",
        "10.1109/tgrs.": "IEEE Transactions on Geoscience and Remote Sensing",
        "10.1109/tip.": "IEEE Transactions on Image Processing",
        "10.1109/tit.": "IEEE Transactions on Information Theory",
        "10.1109/tkde.": "IEEE Transactions on Knowledge and Data Engineering",
        "10.1109/tmi.": "IEEE Transactions on Medical Imaging",
        "10.1109/tmm.": "IEEE Transactions on Multimedia",
        "10.1109/tnnls.": "IEEE Transactions on Neural Networks and Learning Systems",
        "10.1109/tpami.": "IEEE Transactions on Pattern Analysis and Machine Intelligence",
        "10.1109/tro.": "IEEE Transactions on Robotics",
        "10.1109/tsp.": "IEEE Transactions on Signal Processing",
        "10.1109/tvcg.": "IEEE Transactions on Visualization and Computer Graphics",
        "10.1007/s10994-": "Machine Learning",
        "10.1007/s11263-": "International Journal of Computer Vision",
        "10.1016/j.artint.": "Artificial Intelligence",
        "10.1016/j.cviu.": "Computer Vision and Image Understanding",
        "10.1016/j.inffus.": "Information Fusion",
        "10.1016/j.media.": "Medical Image Analysis",
        "10.1016/j.neucom.": "Neurocomputing",
        "10.1016/j.neunet.": "Neural Networks",
        "10.1016/j.patcog.": "Pattern Recognition",
        "10.1038/s41467-": "Nature Communications",
        "10.1038/s41586-": "Nature",
        "10.1038/nature": "Nature",
        "10.1038/s41592-": "Nature Methods",
        "10.1038/s41597-": "Scientific Data",
        "10.1038/s41598-": "Scientific Reports",
        "10.1038/s42256-": "Nature Machine Intelligence",
        "10.1073/pnas.": "Proceedings of the National Academy of Sciences",
        "10.1093/bioinformatics/": "Bioinformatics",
        "10.1126/science.": "Science",
    }.items()
}


def venue(ids: Sequence[PaperId], stated: str = "") -> Venue | None:
    """By the ACL Anthology's id first, which says most; then by DOIs; then as the archive has `stated` it."""
    acl = [i.value for i in ids if i.scheme == "acl"]
    dois = [i.value for i in ids if i.scheme == "doi"]
    within = [value.removeprefix("10.18653/v1/") for value in dois if value.startswith("10.18653/v1/")]
    for value in (*acl, *within):
        if found := _of_acl(value):
            return found
    return next((found for value in dois if (found := _of_doi(value))), None) or _of_words(stated)


def _of_acl(value: str) -> Venue | None:
    if old := _ACL_OLD.fullmatch(value):
        letter, year = old[1].upper(), int(old[2])
        return _acl(letter, _ACL_LETTERS.get(letter), (1900 if year > 60 else 2000) + year)
    if new := _ACL_NEW.fullmatch(value):
        series, volume = new[2].lower(), new[3].lower()
        if series == "findings" and volume in _ACL_NAMES:
            return _acl("", f"Findings of {_ACL_NAMES[volume]}", int(new[1]))
        return _acl(series, _ACL_NAMES.get(series), int(new[1]))
    return None


def _acl(series: str, name: str | None, year: int) -> Venue | None:
    if journal := _ACL_JOURNALS.get(series):
        return Venue(VenueKind.ARTICLE, journal, year)
    return Venue(VenueKind.IN_PROCEEDINGS, name, year) if name else None


def _of_doi(value: str) -> Venue | None:
    for pattern in _CONFERENCES:
        if found := pattern.fullmatch(value):
            name = _CONFERENCE_NAMES.get(found[1], found[1].upper().strip("-"))
            return Venue(VenueKind.IN_PROCEEDINGS, name, int(found[2]))
    return next((known for prefix, known in _PREFIXES.items() if value.startswith(prefix)), None)


def _of_words(stated: str) -> Venue | None:
    found = _STATED.fullmatch(" ".join(stated.split()))
    if found is None:
        return None
    kind = VenueKind.ARTICLE if _JOURNAL.search(found["name"]) else VenueKind.IN_PROCEEDINGS
    return Venue(kind, found["name"], int(found["year"]) if found["year"] else None)
