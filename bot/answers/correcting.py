"""What readers say of links. The owner's word counts for all, whatever sources tell; anybody else's "wrong" hides the
link in their own chat, and reaches the owner.
"""

from datetime import datetime
from typing import Final

from bot.answers.finding import Finding
from bot.answers.values import Corrected, FoundPaper, Uncorrectable
from bot.domain.chat import Address
from bot.domain.link import Claim, CodeLink, Evidence, EvidenceKind
from bot.domain.news import News, NewsKind, Tell
from bot.domain.paper import Paper
from bot.domain.report import Says
from bot.domain.repository import RepositoryAddress, parse_repository
from bot.telling import conclude, send_out
from storage import Storage

_DECISIONS: Final = (EvidenceKind.CONFIRMED, EvidenceKind.REJECTED)


def correct(
    storage: Storage,
    finding: Finding,
    address: Address,
    text: str,
    says: Says,
    *,
    owner: Address | None,
    now: datetime,
) -> Corrected | Uncorrectable:
    """`text` names a paper, then a repository. `owner` is whom a report reaches; None where the owner has spoken."""
    asked, _, named = text.rpartition(" ")
    repository = parse_repository(named)
    if not asked or repository is None:
        return Uncorrectable("Name the paper, then the repository as owner/name or by its address.")
    found = finding.code(asked)
    if not isinstance(found, FoundPaper):
        return Uncorrectable(f"I can't tell which paper “{asked}” is. Its id says it best.")
    with storage.write():
        link = _link(storage, found.paper, repository, says, now)
        if link is None:
            return Uncorrectable(f"{repository.slug} isn't among the links of this paper.")
        storage.cards.touch([found.paper.key], now)
        if owner is None:
            return _decide(storage, found.paper, link, says, now)
        return _report(storage, address, owner, found.paper, link, says, now)


def _link(storage: Storage, paper: Paper, repository: RepositoryAddress, says: Says, now: datetime) -> CodeLink | None:
    """The link that is spoken of; one that nobody has named before is made, unless it is to be called wrong."""
    known = storage.repositories.find(repository)
    links = storage.links.of_paper(paper.key)
    link = next((link for link in links if known and link.repository.key == known.key), None)
    if link or says is Says.WRONG:
        return link
    met = storage.repositories.meet(repository, now)
    storage.repositories.ask_for(met.key, now)
    storage.links.store(paper.key, Claim(repository, None, 0.0, ()), met.key, now)
    return next(link for link in storage.links.of_paper(paper.key) if link.repository.key == met.key)


def _decide(storage: Storage, paper: Paper, link: CodeLink, says: Says, now: datetime) -> Corrected:
    kind = EvidenceKind.REJECTED if says is Says.WRONG else EvidenceKind.CONFIRMED
    official = None if says is Says.WRONG else says is Says.OFFICIAL
    claim = Claim(link.repository.address, official, 1.0, (Evidence(kind, "the owner", official=official),))
    storage.links.forget(link.key, _DECISIONS)  # the last word counts
    storage.links.store(paper.key, claim, link.repository.key, now)
    conclude(storage, paper.key, now=now)
    (after,) = storage.links.get([link.key])
    return Corrected(paper, after, says, for_all=True, hidden=False)


def _report(
    storage: Storage, address: Address, to: Address, paper: Paper, link: CodeLink, says: Says, now: datetime
) -> Corrected:
    chat, owner = storage.chats.meet(address, now), storage.chats.meet(to, now)
    (storage.chats.hide if says is Says.WRONG else storage.chats.show)(chat.key, link.key)
    report = storage.reports.add(chat.key, link.key, says, now)
    if report is not None:
        send_out(storage, [Tell(owner.key, News(NewsKind.REPORT, report, now), (), now)], now=now)
    return Corrected(paper, link, says, for_all=False, hidden=says is Says.WRONG)
