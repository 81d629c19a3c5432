"""The state of a paper's code, from its links and its words; and which changes are news of their own.

The best link counts. A repository that nobody has looked at yet says nothing: the state stays what it was until then.
"""

from collections.abc import Iterable
from typing import Final

from bot.domain.code import CodeState, ContentState
from bot.domain.link import CodeLink
from bot.domain.repository import Repository, RepositoryState
from bot.rules.weighing import SURE

_BEST_FIRST: Final = (
    CodeState.WEIGHTS,
    CodeState.RELEASED,
    CodeState.ARCHIVED,
    CodeState.PLACEHOLDER,
    CodeState.PROMISED,
    CodeState.GONE,
    CodeState.NONE,
)


def code_state(links: Iterable[CodeLink], *, promised: bool) -> CodeState | None:
    """The state; None where it depends on a repository that nobody has looked at yet."""
    states = [_of(link.repository) for link in links if link.official is not None and link.confidence >= SURE]
    told = [state for state in states if state is not None]
    best = min(told, key=_BEST_FIRST.index, default=CodeState.NONE)
    if best.has_code:
        return best
    if None in states:
        return None
    return min(best, CodeState.PROMISED if promised else CodeState.NONE, key=_BEST_FIRST.index)


def _of(repository: Repository) -> CodeState | None:
    if repository.state is RepositoryState.MISSING:
        return CodeState.GONE if repository.host_id is not None else CodeState.PROMISED
    if repository.host != "github.com":  # the others aren't asked
        return CodeState.RELEASED
    if repository.state is RepositoryState.UNCHECKED or repository.inside_at is None:
        return None
    if repository.contents in (ContentState.EMPTY, ContentState.PLACEHOLDER):
        return CodeState.PLACEHOLDER
    if repository.archived:
        return CodeState.ARCHIVED
    return CodeState.WEIGHTS if "weights" in repository.hints else CodeState.RELEASED


def is_news(before: CodeState, after: CodeState) -> bool:
    """Whether a change is told to those who asked for such changes; "released" is told to all, as the code itself."""
    if after in (CodeState.PROMISED, CodeState.PLACEHOLDER):
        return before is CodeState.NONE or after is CodeState.PLACEHOLDER
    return before.has_code and after in (CodeState.WEIGHTS, CodeState.ARCHIVED, CodeState.GONE)
