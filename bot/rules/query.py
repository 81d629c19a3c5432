"""What a person typed after /subscribe, understood.

    words, "phrases"      in title or abstract; side by side means all of them
    field:value           query_fields has them; of several values of one of the fields in ONE_WILL_DO any will do
    AND OR NOT -word ()   OR binds loosest, then AND and standing side by side; NOT and - bind tightest
    kind: code:           no conditions, but which news are wanted; they stand beside the rest
    feed:                 of one feed's entries instead of papers (query_feed); it stands beside the rest, too

query_tokens cuts the text, this parser builds the tree of query_nodes. It takes a time linear in the text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.code import CodeState
from bot.domain.news import HAPPENINGS, NewsKind
from bot.domain.paper import PaperId
from bot.errors import BadQuery
from bot.rules.query_feed import FeedName, feed_named, names_feed
from bot.rules.query_fields import OPTIONS, condition, field_of
from bot.rules.query_nodes import (
    All,
    Any,
    Author,
    Category,
    Condition,
    Framework,
    HasCode,
    Language,
    No,
    Node,
    Official,
    PaperIs,
    Repository,
    Stars,
    Where,
    Words,
    all_of,
    any_of,
    conditions,
    negated,
    wanted,
)
from bot.rules.query_tokens import Kind, Token, tokens

LIMIT: Final = 500
DEEPEST: Final = 20
# The changes of a paper's code that a subscription may ask for; "released" is what all of them hear.
STATES: Final = {
    "promised": CodeState.PROMISED,
    "placeholder": CodeState.PLACEHOLDER,
    "weights": CodeState.WEIGHTS,
    "archived": CodeState.ARCHIVED,
    "gone": CodeState.GONE,
}
ONE_WILL_DO: Final = (Category, Author, Repository, PaperIs, Language, Framework)
_KINDS: Final = {
    "paper": (NewsKind.PAPER,),
    "papers": (NewsKind.PAPER,),
    "code": (NewsKind.CODE,),
    "surge": (NewsKind.SURGE,),
    "surges": (NewsKind.SURGE,),
    "milestone": (NewsKind.MILESTONE,),
    "milestones": (NewsKind.MILESTONE,),
    "release": (NewsKind.RELEASE,),
    "releases": (NewsKind.RELEASE,),
    "all": (NewsKind.PAPER, *sorted(HAPPENINGS)),
}
_BEGINNING: Final = (Kind.VALUE, Kind.NOT, Kind.OPEN)
_CODE: Final = frozenset({NewsKind.CODE})  # one for all: most queries have it
EVERYTHING: Final = All(())


@dataclass(frozen=True, slots=True)
class Query:
    """A query as parsed: what a paper, or an entry of `feed`, has to fulfil; and which news of papers are wanted."""

    root: Node
    kinds: frozenset[NewsKind] = _CODE
    states: frozenset[CodeState] = frozenset()
    feed: FeedName | None = None

    @property
    def papers(self) -> tuple[PaperId, ...]:
        """The papers that it names, where no others are meant."""
        parts = self.root.parts if isinstance(self.root, All) else (self.root,)
        return tuple(found for part in parts for found in _only_papers(part))

    @property
    def repositories(self) -> tuple[str, ...]:
        """The addresses of the repositories that it names."""
        return tuple(part.address for part in wanted(self.root) if isinstance(part, Repository))

    @property
    def words(self) -> frozenset[str]:
        """The words of which a matching paper may have to have one; folded."""
        return frozenset(word for part in wanted(self.root) if isinstance(part, Words) for word in part.phrase)

    @property
    def asks_of_repository(self) -> bool:
        """Whether it asks for what only a look at the repository tells: language, stars, framework, description."""
        return any(map(_is_of_repository, conditions(self.root)))

    @property
    def asks_of_code(self) -> bool:
        """Whether the paper's links matter to it."""
        found = conditions(self.root)
        return any(isinstance(part, Repository | Official | HasCode) or _is_of_repository(part) for part in found)


def _is_of_repository(part: Condition) -> bool:
    return isinstance(part, Language | Stars | Framework) or (
        isinstance(part, Words) and part.where is Where.REPOSITORY
    )


def _only_papers(part: Node) -> tuple[PaperId, ...]:
    parts = part.parts if isinstance(part, Any) else (part,)
    found = tuple(each.id for each in parts if isinstance(each, PaperIs))
    return found if len(found) == len(parts) else ()


def parse(text: str) -> Query:
    """Raises BadQuery, with the place of the first thing that can't be understood and what to type instead."""
    if len(text) > LIMIT:
        raise BadQuery(
            f"That is {len(text):,} characters long; {LIMIT} is the most.",
            place=LIMIT,
            hint="Make two subscriptions of it.",
        )
    found = list(tokens(text))
    beside = [token for token in found if _stands_beside(token)]
    feed, options = feed_named(found), [token for token in beside if token.field in OPTIONS]
    if beside:
        _check_beside(found)
        found = [token for token in found if token not in beside]
    if feed:
        return Query(_Parser(found).whole() if len(found) > 1 else EVERYTHING, feed=feed)
    if len(found) == 1:  # END
        raise BadQuery("There is nothing to look for in that.", hint="Say at least a word, cat:, au:, repo: or id:.")
    root = _Parser(found).whole()
    if isinstance(root, No | All | Any) and next(wanted(root), None) is None:
        raise BadQuery(
            "There is nothing to look for in that, only what to leave out.",
            hint="Say at least a word, cat:, au:, repo: or id: as well.",
        )
    return _with_options(root, options)


def _stands_beside(token: Token) -> bool:
    return token.field in OPTIONS or names_feed(token)


class _Parser:
    """Recursive descent; as deep as brackets are, at most DEEPEST."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._tokens = found  # the last one is END
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._either()
        if (left := self._tokens[self._at]).kind is not Kind.END:  # only a closing bracket ends an expression early
            raise _unopened(left)
        return node

    def _takes(self, kind: Kind) -> Token | None:
        token = self._tokens[self._at]
        if token.kind is not kind:
            return None
        self._at += 1
        return token

    def _either(self) -> Node:
        """One OR another."""
        sides = [self._both(None)]
        while operator := self._takes(Kind.OR):
            sides.append(self._both(operator))
        return any_of(sides)

    def _both(self, after: Token | None) -> Node:
        """One AND another."""
        sides = [self._beside(after)]
        while operator := self._takes(Kind.AND):
            sides.append(self._beside(operator))
        return all_of(sides)

    def _beside(self, after: Token | None) -> Node:
        """What stands side by side without an operator: all of it, and any of the values of one field."""
        parts: list[Node] = []
        groups: dict[object, list[Node]] = {}
        while (token := self._tokens[self._at]).kind in _BEGINNING:
            if token.kind is not Kind.VALUE:
                parts.append(self._one())
                continue
            self._at += 1
            part = condition(token)
            groups.setdefault(group, []).append(part) if (group := _group(part)) else parts.append(part)
        parts += [any_of(group) for group in groups.values()]
        if not parts:
            raise _empty(after, self._tokens[self._at])
        return all_of(parts)

    def _one(self) -> Node:
        """A condition or a pair of brackets, perhaps negated, even several times."""
        no, last = False, None
        while operator := self._takes(Kind.NOT):
            no, last = not no, operator
        if value := self._takes(Kind.VALUE):
            node: Node = condition(value)
        elif bracket := self._takes(Kind.OPEN):
            node = self._inside(bracket)
        else:
            raise _empty(last, self._tokens[self._at])
        return negated(node) if no else node

    def _inside(self, bracket: Token) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadQuery(
                f"Brackets go {DEEPEST} deep at most.", place=bracket.place, hint="Make two subscriptions of it."
            )
        if closing := self._takes(Kind.CLOSE):
            raise BadQuery(
                "There is nothing in these brackets.", place=closing.place, hint="Write words in them: (this OR that)"
            )
        node = self._either() if self._tokens[self._at].kind is not Kind.END else None
        if node is None or not self._takes(Kind.CLOSE):
            raise BadQuery("This bracket is never closed.", place=bracket.place, hint="Put a ) behind its last word.")
        self._depth -= 1
        return node


def _empty(before: Token | None, after: Token) -> BadQuery:
    """Where something should stand there is nothing: behind an operator, or else before one."""
    at = before or after
    if at.kind is Kind.CLOSE:
        return _unopened(at)
    side = "behind" if before else "before"
    how = f"{at.value} word" if at.kind is Kind.NOT else f"this {at.value} that"
    return BadQuery(
        f"There is nothing {side} {at.value}.",
        place=at.place,
        hint=f'Write {how}; where you mean the word itself, "{at.value}" in quotation marks.',
    )


def _unopened(bracket: Token) -> BadQuery:
    return BadQuery("This bracket was never opened.", place=bracket.place, hint="Leave it out, or open it before.")


def _group(part: Node) -> object:
    """Under what the conditions are gathered of which any will do; None for those that stand alone."""
    if isinstance(part, Words):
        return part.where if part.where is Where.COMMENT else None
    return type(part) if isinstance(part, ONE_WILL_DO) else None


def _check_beside(found: Sequence[Token]) -> None:
    """They hold for the whole: no bracket, no operator around them."""
    depth = 0
    loose = any(token.kind is Kind.OR for token in _outside(found))
    for before, token, after in zip([None, *found], found, [*found[1:], None], strict=False):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if not _stands_beside(token):
            continue
        beside = (before and before.kind in (Kind.NOT, Kind.AND)) or (after and after.kind is Kind.AND)
        if depth or loose or beside:
            raise _within(token)


def _within(token: Token) -> BadQuery:
    written = f"{token.field}:{token.value}"
    if names_feed(token):
        says, hint = "A feed is named once, for all that you look for.", f"Write {written} (this OR that)"
    else:
        says = f"{field_of(token)}: says which news you want, of all that you look for."
        hint = f"Put brackets around the rest: (this OR that) {written}"
    return BadQuery(says, place=token.place, hint=hint)


def _outside(found: Iterable[Token]) -> Iterable[Token]:
    """The tokens that stand in no brackets."""
    depth = 0
    for token in found:
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if not depth:
            yield token


def _with_options(root: Node, options: Sequence[Token]) -> Query:
    if not options:
        return Query(root)
    kinds, states = set(_CODE), set[CodeState]()
    for token in options:
        if token.field == "kind":
            kinds.update(_kinds(token))
        else:
            states |= _states(token)
    if states:
        kinds.add(NewsKind.STATE)
    return Query(root, frozenset(kinds), frozenset(states))


def _kinds(token: Token) -> tuple[NewsKind, ...]:
    if token.value.lower() not in _KINDS:
        raise BadQuery(
            f"I don't know kind:{token.value[:20]}",
            place=token.place,
            hint="There are kind:code (always on), papers, surges, milestones, releases and all.",
        )
    return _KINDS[token.value.lower()]


def _states(token: Token) -> set[CodeState]:
    name = token.value.lower()
    if name in ("any", "all"):
        return set(STATES.values())
    if name == "released":
        return set()
    if name not in STATES:
        raise BadQuery(
            f"I don't know code:{token.value[:20]}",
            place=token.place,
            hint=f"There are code:any and {', '.join(STATES)}.",
        )
    return {STATES[name]}
