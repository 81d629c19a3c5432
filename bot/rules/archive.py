"""What the word of the Papers With Code archive for a link comes to, by itself and where two of its rows say it."""

from collections.abc import Mapping
from typing import Final

from bot.domain.archive import AS_OF
from bot.domain.link import Claim, Evidence, EvidenceKind
from bot.domain.repository import RepositoryAddress
from bot.rules.linking import verdict, worth_telling

# The evidence by what it says; one object each, as there are hundreds of thousands of rows.
EVIDENCE: Final[Mapping[bool | None, tuple[Evidence]]] = {
    said: (Evidence(EvidenceKind.ARCHIVE, AS_OF, official=said),) for said in (True, False, None)
}


def claim(address: RepositoryAddress, said: bool | None) -> Claim:
    """The link as the archive alone has it."""
    found = verdict(EVIDENCE[said], address)
    return Claim(address, found.official, found.confidence, EVIDENCE[said])


def both(one: Claim, other: Claim) -> Claim:
    """Two rows' claims of one repository as one; of two folders the one that is worth telling, else the first."""
    address = other.address if worth_telling(other) and not worth_telling(one) else one.address
    return claim(address, surer(one.evidence[0].official, other.evidence[0].official))


def surer(one: bool | None, other: bool | None) -> bool | None:
    """Yes before no, no before nothing."""
    said = {one, other} - {None}
    return max(said, key=bool) if said else None
