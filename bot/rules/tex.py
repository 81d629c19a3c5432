"""Strangers' texts as TeX takes them. Every brace that comes out has its partner, also to BibTeX, for which a
backslash before a brace changes nothing; accents stay as they are.
"""

import re
from collections.abc import Iterator
from typing import Final

_ESCAPES: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        **{sign: f"\\{sign}" for sign in "$&#%_"},
    }
)
# Simple formulas, as titles have them ($k$, $\mathcal{O}(n^2)$), of signs and commands that can do no harm. No two of
# its alternatives begin alike, so that the time it takes grows with the length alone.
_SIGNS: Final = (
    "alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|varphi|chi|"
    "psi|omega|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega|ell|infty|times|cdot|pm|to|rightarrow|leftarrow|"
    "leftrightarrow|leq|geq|le|ge|neq|approx|sim|log|exp|min|max|nabla|partial|circ|star|dagger|perp|ast|exists|"
    "forall|in|subset|cup|cap|wedge|vee|oplus|otimes"
)
_FONTS: Final = (
    "mathcal|mathbb|mathbf|mathrm|mathit|mathsf|mathfrak|boldsymbol|sqrt|hat|tilde|bar|vec|text|textbf|textit"
)
_GREEK: Final = {
    letter: rf"{{\{name}}}"
    for letter, name in zip(
        "αβγδεζηθκλμνξπρστφχψωΓΔΘΛΞΠΣΦΨΩµ",
        "alpha beta gamma delta varepsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau varphi chi psi omega "
        "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega mu".split(),
        strict=True,
    )
}
_TO_SIGNS: Final = str.maketrans(_GREEK)
_LETTER: Final = f"[A-Za-z0-9{''.join(_GREEK)}]"
_SIGN: Final = rf"\\(?:{_SIGNS})(?![A-Za-z])"
_FONT: Final = rf"\\(?:{_FONTS})\{{[A-Za-z0-9 ,.:-]+\}}"
_GROUP: Final = rf"{{(?:[+*/=,.()-]|{_LETTER}|{_FONT}|{_SIGN}(?: (?=[A-Za-z]))?)+}}"
_BESIDE: Final = rf"(?:[*+-]|{_LETTER}|{_SIGN}|{_FONT}|{_GROUP})"
_INDEXES: Final = rf"(?:_{_BESIDE}(?:\^{_BESIDE})?|\^{_BESIDE}(?:_{_BESIDE})?)"
_MATH: Final = re.compile(
    rf"\$(?=[^$ ][^$]{{0,78}}\$)((?:{_INDEXES})?(?:(?:[)\]]|{_LETTER}|{_SIGN}|{_FONT}|{_GROUP})(?:{_INDEXES})?"
    r"|[(\[+*/=,.:! -])*)(?<! )\$"
)
_WORD: Final = re.compile(r"[^\W_]+")
# What stays small in a title whose other words are capitalised: words up to three letters, and these.
_SHORT: Final = 3
_SMALL: Final = frozenset(
    "across after against before between beyond from into over than that their through toward towards under until upon "
    "when where which while with within without your".split()
)
_NEW_SENTENCE: Final = (":", "?", "!", ".", "—", "–")


def escaped(text: str) -> str:
    """A text in which TeX finds no command of its own, but simple formulas."""
    return "".join(_formula(piece) if is_math else piece.translate(_ESCAPES) for piece, is_math in _pieces(text))


def title(text: str) -> str:
    """As `escaped`, with braces around what BibTeX may not put into lower case: BERT, {R}-{CNN}, names, formulas."""
    is_sentence, at = _is_sentence(text), 0
    told = ""
    for piece, is_math in _pieces(text):
        told += _formula(piece) if is_math else _protected(text, at, piece, is_sentence=is_sentence)
        at += len(piece)
    return told


def _formula(piece: str) -> str:
    """In braces, and with Greek letters as TeX has them in formulas."""
    return f"{{{piece.translate(_TO_SIGNS)}}}"


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text, cut into formulas (True) and what is between."""
    end = 0
    for found in _MATH.finditer(text):
        if found[1]:
            yield text[end : found.start()], False
            yield found[0], True
            end = found.end()
    yield text[end:], False


def _protected(text: str, start: int, piece: str, *, is_sentence: bool) -> str:
    told, end = "", 0
    for found in _WORD.finditer(piece):
        told += piece[end : found.start()].translate(_ESCAPES)
        keeps = _keeps_capitals(text, start + found.start(), found[0], is_sentence=is_sentence)
        told += f"{{{found[0]}}}" if keeps else found[0]
        end = found.end()
    return told + piece[end:].translate(_ESCAPES)


def _keeps_capitals(text: str, at: int, word: str, *, is_sentence: bool) -> bool:
    """Capitals inside a word, or with a digit; a letter by itself; a name before the colon; one amid small words."""
    if any(letter.isupper() for letter in word[1:]):
        return True
    if not word[0].isupper():
        return False
    if len(word) == 1:
        return word != "A"
    begins = _begins(text, at)
    is_name = at == 0 and text[len(word) : len(word) + 1] == ":"
    return is_name or not word.isalpha() or (is_sentence and not begins)


def _begins(text: str, at: int) -> bool:
    """Whether a sentence begins there."""
    return not text[:at].strip() or text[:at].rstrip().endswith(_NEW_SENTENCE)


def _is_sentence(text: str) -> bool:
    """Whether half of the title's words at least are small, so that a capital means something."""
    long = [
        found[0][0].isupper() for found in _WORD.finditer(text) if _tells(found[0]) and not _begins(text, found.start())
    ]
    return 0 < len(long) >= 2 * sum(long)


def _tells(word: str) -> bool:
    return len(word) > _SHORT and word[0].isalpha() and word.lower() not in _SMALL
