"""Every sentence that people read: answers and news -> Message. Short, concrete, kind; no markup, no escaping."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.answers import (
    Choice,
    Choices,
    FoundPaper,
    FoundRepository,
    FullUp,
    NotFound,
    PaperAnswer,
    SourceStatus,
    Status,
    Subscribed,
)
from bot.domain.chat import Subscription
from bot.domain.feed import Feed, FeedState, Source
from bot.domain.link import CodeLink, Evidence, EvidenceKind
from bot.domain.news import Alert, Delivery, NewsKind
from bot.domain.paper import Paper
from bot.domain.repository import RepositoryState
from bot.errors import BadQuery, FetchError
from handlers.messages import (
    Bullets,
    Button,
    Buttons,
    Facts,
    Heading,
    Line,
    Link,
    Message,
    Part,
    Quiet,
    Strong,
    Text,
    Typed,
    text,
)

_LINKS_SHOWN: Final = 5
_AUTHORS_SHOWN: Final = 4
_FOLDED_SHOWN: Final = 10
_ABSTRACT_SHOWN: Final = 1200
_SNIPPET_SHOWN: Final = 90

SOURCE_NAMES: Final = {
    Source.ARXIV: "arXiv",
    Source.RSS: "Feeds",
    Source.TRENDING: "GitHub trending",
    Source.GITHUB: "GitHub",
    Source.HUGGING_FACE: "Hugging Face",
}
_EVIDENCE: Final = {
    EvidenceKind.ABSTRACT: "in the abstract",
    EvidenceKind.COMMENT: "in the arXiv comments",
    EvidenceKind.HUGGING_FACE_PERSON: "linked by a person on Hugging Face",
    EvidenceKind.HUGGING_FACE_AUTO: "matched by Hugging Face's machine",
    EvidenceKind.STARTER: "in the starter catalogue",
}


# Start and help -------------------------------------------------------------------------------------------------------


def welcome() -> Message:
    return Message(
        (
            Heading("paperwire: papers with code, as they come"),
            text(
                "Ask me for a paper's code, and subscribe to what you care about. I write when a matching paper has code."
            ),
            Bullets(
                (
                    (Typed("/code bert"),),
                    (Typed("/subscribe diffusion cat:cs.CV"),),
                    (Typed("/help"), " for everything else"),
                )
            ),
        ),
        "paperwire: ask for a paper's code with /code, subscribe with /subscribe.",
    )


def help_text(commands: Sequence[tuple[str, str]]) -> Message:
    return Message(
        (
            Heading("What I can do"),
            Bullets(tuple((Typed(usage), f" {summary}") for usage, summary in commands)),
            text(
                "A subscription may say ",
                Typed("words"),
                ", ",
                Typed('"a phrase"'),
                ", ",
                Typed("-not"),
                ", ",
                Typed("cat:cs.CV"),
                ", ",
                Typed("au:bengio"),
                ", ",
                Typed("repo:owner/name"),
                ", ",
                Typed("id:1703.06870"),
                "; ",
                Typed("kind:papers"),
                " adds new papers without code.",
            ),
        ),
        "The commands of paperwire.",
    )


def usage(examples: str) -> Message:
    return _say("Say for what, for example ", Typed(examples))


def unknown_command(typed: str, near: str | None) -> Message:
    if near:
        return _say(f"I don't know {typed[:40]}. Did you mean ", Typed(f"/{near}"), "?")
    return _say(f"I don't know {typed[:40]}. ", Typed("/help"), " shows what I know.")


def only_admins(command: str) -> Message:
    return _say("Only admins of this group can use ", Typed(command), " here. In a private chat with me, anybody can.")


def too_long(length: int, most: int) -> Message:
    return _say(f"That is {length:,} characters long; I read {most:,} at most. A title or an id is enough.")


def bad_query(typed: str, error: BadQuery) -> Message:
    """What can't be understood, with a caret under the place."""
    start = max(0, error.place - 30)
    shown, caret = typed[start : start + 60], " " * (error.place - start) + "^"
    place: tuple[Part, ...] = (Text((Typed(shown),)), Text((Typed(caret),))) if typed and error.place else ()
    return Message((text(str(error)), *place, *([text(error.hint)] if error.hint else [])), str(error), private=True)


def not_reached(typed: str, error: FetchError) -> Message:
    return _say(f"I couldn't read {typed[:80]}: {error}.")


def storage_trouble() -> Message:
    return _say(
        "I can't write to my database right now, so nothing was changed. Whoever runs me finds the reason in the log."
    )


def broken() -> Message:
    return _say("Something broke while I answered that. It's in my log; please try it another way.")


# Papers and code ------------------------------------------------------------------------------------------------------


def code(answer: PaperAnswer, *, now: datetime) -> Message:
    """The answer to /code."""
    match answer:
        case FoundPaper():
            return _found_paper(answer, now)
        case Choices():
            return _choices(answer)
        case FoundRepository():
            return _found_repository(answer)
        case NotFound():
            return _not_found(answer)


def paper(answer: PaperAnswer, *, now: datetime) -> Message:
    """The answer to /paper: as /code, with the abstract."""
    message = code(answer, now=now)
    if not isinstance(answer, FoundPaper) or not answer.paper.abstract:
        return message
    abstract = answer.paper.abstract
    shown = abstract if len(abstract) <= _ABSTRACT_SHOWN else abstract[:_ABSTRACT_SHOWN].rsplit(" ", 1)[0] + " …"
    return Message((*message.parts[:2], text(shown), *message.parts[2:]), message.summary, message.preview)


def _found_paper(found: FoundPaper, now: datetime) -> Message:
    subject = found.paper
    parts: list[Part] = [*_title(subject), *_code_parts(found.links)]
    if not found.links:
        parts.append(text(Strong("No code known yet. "), Quiet(_looked_at(found, now))))
        parts.append(Buttons((Button("Tell me when it has code", f"/subscribe id:{subject.name}"),)))
    elif found.trouble:
        parts.append(text(Quiet(f"Not asked just now: {'; '.join(found.trouble)}.")))
    if found.also:
        parts += [text("Others that are close:"), Bullets(tuple(map(_choice_line, found.also)))]
    return Message(tuple(parts), f"{subject.title}: {_summary(found.links)}", found.links[0].url if found.links else "")


def _title(subject: Paper) -> tuple[Part, ...]:
    return (Heading(subject.title or subject.name, subject.url), Text((Quiet(_byline(subject)),)))


def _byline(subject: Paper) -> str:
    authors = ", ".join(subject.authors[:_AUTHORS_SHOWN]) + (
        " and others" if len(subject.authors) > _AUTHORS_SHOWN else ""
    )
    when = _written(subject)
    return " · ".join(part for part in (authors, when, ", ".join(subject.categories[:4]), subject.name) if part)


def _written(subject: Paper) -> str:
    if subject.published is None:
        return ""
    return (
        f"{subject.published:%Y}"
        if (subject.published.month, subject.published.day) == (1, 1)
        else day(subject.published)
    )


def _code_parts(links: Sequence[CodeLink]) -> list[Part]:
    """The links as bullets: official ones first, and what is only supposed under its own line."""
    sure = [link for link in links if link.official is not None]
    supposed = [link for link in links if link.official is None]
    parts: list[Part] = [Bullets(tuple(map(_link_line, sure[:_LINKS_SHOWN])))] if sure else []
    if supposed:
        parts.append(text("Also named" if sure else "Named, but perhaps not its own code", ":"))
        parts.append(Bullets(tuple(map(_link_line, supposed[: _LINKS_SHOWN - min(len(sure), 3)]))))
    hidden = len(links) - sum(len(part.items) for part in parts if isinstance(part, Bullets))
    return [*parts, text(Quiet(f"and {hidden} more"))] if hidden > 0 else parts


def _link_line(link: CodeLink) -> Line:
    whose = {True: "official", False: "community", None: "not sure whose"}[link.official]
    facts = [whose, *_repository_facts(link)]
    return (
        Link(link.repository.slug + (f"/{link.path}" if link.path else ""), link.url),
        f" {' · '.join(facts)}",
        *_because(link),
    )


def _repository_facts(link: CodeLink) -> list[str]:
    repository = link.repository
    facts = [
        f"★ {repository.stars:,}" if repository.stars is not None else "",
        repository.language or "",
        repository.licence or "",
    ]
    facts.append("archived" if repository.archived else "")
    facts.append("a fork" if repository.fork else "")
    if repository.state is RepositoryState.MISSING:
        facts.append(
            f"not there yet (looked {day(repository.checked_at)})" if repository.checked_at else "not there yet"
        )
    return [fact for fact in facts if fact]


def _because(link: CodeLink) -> Line:
    words = dict.fromkeys(_evidence(evidence, link.repository.name) for evidence in link.evidence)
    return (Quiet(f" — {'; '.join(words)}"),) if words else ()


def _evidence(evidence: Evidence, name: str) -> str:
    words = _EVIDENCE[evidence.kind]
    if evidence.kind in (EvidenceKind.ABSTRACT, EvidenceKind.COMMENT) and evidence.where:
        return f"{words} of {evidence.where}" + (f": “{_up_to(evidence.snippet, name)}”" if evidence.snippet else "")
    return words


def _up_to(snippet: str, name: str) -> str:
    """The words before a repository's name in a snippet, and the name."""
    end = snippet.lower().rfind(name.lower()) + len(name)
    shown = snippet[:end] if end >= len(name) else snippet
    return shown if len(shown) <= _SNIPPET_SHOWN else "…" + shown[-_SNIPPET_SHOWN:].split(" ", 1)[-1].lstrip("…")


def _summary(links: Sequence[CodeLink]) -> str:
    if not links:
        return "no code known yet"
    return f"code at {links[0].repository.slug}"


def _looked_at(found: FoundPaper, now: datetime) -> str:
    """What was looked at for code, and when; and what couldn't be."""
    subject, seen = found.paper, []
    if subject.abstract:
        seen.append(f"the abstract of v{subject.version}" if subject.version else "the abstract")
    if subject.enriched:
        seen.append("the arXiv comments")
    if subject.looked_at and not any(trouble.startswith("Hugging Face") for trouble in found.trouble):
        seen.append(f"Hugging Face ({ago(subject.looked_at, now)})")
    looked = f"Looked at {', '.join(seen)}." if seen else "Nothing of it could be looked at yet."
    return looked + (f" Not reached: {'; '.join(found.trouble)}." if found.trouble else "")


def _choices(answer: Choices) -> Message:
    buttons = tuple(Button(_short_title(choice.paper), f"/code {choice.paper.name}") for choice in answer.choices)
    return Message(
        (text("Which one do you mean?"), Bullets(tuple(map(_choice_line, answer.choices))), Buttons(buttons)),
        f"{len(answer.choices)} papers may be meant by “{answer.asked[:60]}”.",
    )


def _short_title(subject: Paper) -> str:
    return subject.title if len(subject.title) <= 40 else subject.title[:38].rsplit(" ", 1)[0] + " …"


def _choice_line(choice: Choice) -> Line:
    whose = (
        {True: "official code", False: "community code", None: "perhaps code"}[choice.best.official]
        if choice.best
        else "no code known"
    )
    written = _written(choice.paper)
    return (
        Link(choice.paper.title, choice.paper.url),
        Quiet(f" {choice.paper.name}{f', {written}' if written else ''}, {whose}"),
    )


def _found_repository(answer: FoundRepository) -> Message:
    repository = answer.repository
    facts = [
        f"★ {repository.stars:,}" if repository.stars is not None else "",
        repository.language or "",
        repository.description[:200],
    ]
    parts: list[Part] = [Heading(repository.slug, repository.url)]
    if known := " · ".join(fact for fact in facts if fact):
        parts.append(text(Quiet(known)))
    if answer.papers:
        parts.append(Bullets(tuple(_paper_of_repository(choice) for choice in answer.papers[:10])))
    else:
        parts.append(text("I know no paper whose code this is."))
    if answer.sighting:
        page, when, rank, gained = answer.sighting
        parts.append(
            text(
                Quiet(
                    f"On GitHub trending ({page}) on {when:%-d %b %Y}: #{rank}"
                    + (f", {gained:,} stars" if gained else "")
                )
            )
        )
    return Message(tuple(parts), f"{repository.slug}: {len(answer.papers)} papers", repository.url)


def _paper_of_repository(choice: Choice) -> Line:
    whose = {True: "official", False: "community", None: "not sure whose"}[choice.best.official] if choice.best else ""
    return (Link(choice.paper.title, choice.paper.url), f" {whose}", *(_because(choice.best) if choice.best else ()))


def _not_found(answer: NotFound) -> Message:
    shown = answer.asked[:80]
    if answer.address:
        return _say(
            f"I know no paper that names {answer.address.slug}. If you know one, ask with ",
            Typed("/code its title"),
            ".",
        )
    parts: list[Part] = [text(f"I found no paper for “{shown}”.")]
    if answer.trouble:
        parts.append(text(Quiet(f"I couldn't ask {'; '.join(answer.trouble)}. Try again later.")))
    else:
        parts.append(text(Quiet("An arXiv id, a DOI or more words of the title find it best.")))
    return Message(tuple(parts), f"No paper found for “{shown}”.")


# Subscriptions --------------------------------------------------------------------------------------------------------


def subscribed(answer: Subscribed | FullUp) -> Message:
    if isinstance(answer, FullUp):
        return _say(
            f"This chat has {answer.most} subscriptions, and that is the most. End one first: ", Typed("/subscriptions")
        )
    subscription, feed = answer.subscription, answer.feed
    if not answer.new:
        return _say(f"You have that already, as #{subscription.number}: {_subscription_text(subscription, feed)}")
    if feed:
        more = f" The page names {answer.others} more; give me an address to follow another." if answer.others else ""
        return _say(
            Strong(f"Following {feed.name}"),
            f" (#{subscription.number}). You'll hear of its new entries from now on.{more}",
        )
    wants_papers = "kind:paper" in subscription.text.lower()
    when = (
        "when a new paper matches, and when one has code"
        if wants_papers
        else "when a matching paper has code, at once or later"
    )
    ends = Typed(f"/unsubscribe {subscription.number}")
    made = text(
        Strong(f"Subscribed (#{subscription.number}): {subscription.text}"), f". I'll write {when}. ", ends, " ends it."
    )
    if not answer.lately:
        return Message((made,), f"Subscribed: {subscription.text}")
    latest = Bullets(tuple(map(_choice_line, answer.lately)))
    return Message(
        (made, text("The latest that I know, so that you see what it finds:"), latest),
        f"Subscribed: {subscription.text}",
    )


def subscriptions(mine: Sequence[tuple[Subscription, Feed | None]]) -> Message:
    if not mine:
        return _say("No subscriptions yet. Try ", Typed("/subscribe diffusion cat:cs.CV"))
    return Message(
        (
            Heading("Subscriptions of this chat"),
            Bullets(
                tuple((f"#{s.number} ", Strong(_subscription_text(s, feed)), *_feed_note(feed)) for s, feed in mine)
            ),
            text(Typed("/unsubscribe NUMBER"), " ends one."),
        ),
        f"{len(mine)} subscriptions.",
    )


def _subscription_text(subscription: Subscription, feed: Feed | None) -> str:
    return feed.name if feed else subscription.text


def _feed_note(feed: Feed | None) -> Line:
    if feed is None:
        return ()
    if feed.state is not FeedState.ACTIVE:
        return (Quiet(f" {feed.url} — stopped: {feed.error}"),)
    return (Quiet(f" {feed.url}" + (f" — failing: {feed.error}" if feed.failures else "")),)


def unsubscribe_which(mine: Sequence[tuple[Subscription, Feed | None]]) -> Message:
    listed = subscriptions(mine)
    return listed if not mine else Message((text("Which one?"), *listed.parts[1:]), listed.summary)


def unsubscribed(ended: Sequence[Subscription], typed: str) -> Message:
    if not ended:
        return _say(
            f"There is no subscription “{typed[:60]}”. ", Typed("/subscriptions"), " shows yours with their numbers."
        )
    return _say("Ended: " + ", ".join(f"#{s.number} {s.text}" for s in ended[:20]))


# Status ---------------------------------------------------------------------------------------------------------------


def status(answer: Status) -> Message:
    parts: list[Part] = [
        Heading("Status"),
        text(f"{answer.papers:,} papers · {answer.links:,} code links · {answer.subscriptions:,} subscriptions"),
        Facts(tuple((SOURCE_NAMES[s.source], (_source_line(s, answer.now),)) for s in answer.sources)),
    ]
    if troubles := [line for s in answer.sources for line in _source_troubles(s, answer.now)]:
        parts.append(Bullets(tuple(troubles[:15])))
    parts += _queue(answer)
    failing = sum(bool(s.failing) for s in answer.sources)
    return Message(tuple(parts), f"{failing} sources failing" if failing else "All sources are well.", private=True)


def _source_line(source: SourceStatus, now: datetime) -> str:
    if not source.feeds:
        return "off"
    told = f"last success {ago(source.succeeded_at, now)}" if source.succeeded_at else "not read yet"
    upcoming = f", next look {until(source.next_check_at, now)}" if source.next_check_at else ""
    failing = f", {len(source.failing)} of {source.feeds} failing" if source.failing else ""
    quiet = f" (no announcement {now:%A}s)" if source.source is Source.ARXIV and now.weekday() > 4 else ""
    return told + upcoming + failing + quiet


def _source_troubles(source: SourceStatus, now: datetime) -> list[Line]:
    """Each failing feed with the reason and the next try; then what stopped, and the warnings."""
    failing: list[Line] = [
        (
            Strong(f"{SOURCE_NAMES[source.source]} {f.name}"),
            f": {f.error}",
            Quiet(f" — tried {ago(f.checked_at, now)}, next try {until(f.next_check_at, now)}"),
        )
        for f in source.failing
    ]
    stopped: list[Line] = [(Strong(f.name), f" has stopped ({f.state}): {f.error}") for f in source.stopped]
    warned: list[Line] = [(Strong(f"{SOURCE_NAMES[source.source]} {f.name}"), f": {f.warning}") for f in source.warned]
    return failing + stopped + warned


def _queue(answer: Status) -> list[Part]:
    lines: list[Line] = [(trouble,) for trouble in answer.troubles]
    for w in answer.waiting:
        if w.due:
            lines.append(
                (
                    f"{w.due:,} messages wait for {w.platform}",
                    Quiet(f" (the oldest was due {ago(w.oldest, answer.now)})" if w.oldest else ""),
                )
            )
        if w.dead:
            lines.append((f"{w.dead:,} messages to {w.platform} were given up",))
    lines += [
        (f"Given up: {letter.chat}: {letter.error}", Quiet(f" ({ago(letter.at, answer.now)})"))
        for letter in answer.dead[:5]
    ]
    lines += [
        (f"Paused: {chat.address.platform} {chat.title or chat.address.chat}: {chat.reason}",)
        for chat in answer.paused[:5]
    ]
    return [Bullets(tuple(lines))] if lines else [text("Nothing waits to be sent.")]


# Alerts ---------------------------------------------------------------------------------------------------------------


def delivery(item: Delivery) -> Message:
    """What is pushed to a chat."""
    if item.folded or len(item.alerts) != 1:
        return _folded(item)
    alert = item.alerts[0]
    return {
        NewsKind.CODE: _code_alert,
        NewsKind.PAPER: _paper_alert,
        NewsKind.ENTRY: _entry_alert,
        NewsKind.FEED: _feed_alert,
    }[alert.kind](alert)


def _code_alert(alert: Alert) -> Message:
    assert alert.paper is not None
    head = "Has code: " + (alert.paper.title or alert.paper.name)
    parts = (
        Heading(head, alert.paper.url),
        Text((Quiet(_byline(alert.paper)),)),
        *_code_parts(alert.links),
        _why(alert),
    )
    return Message(parts, head, alert.links[0].url if alert.links else "")


def _paper_alert(alert: Alert) -> Message:
    assert alert.paper is not None
    head = "New paper: " + (alert.paper.title or alert.paper.name)
    return Message(
        (
            Heading(head, alert.paper.url),
            Text((Quiet(_byline(alert.paper)),)),
            text(Quiet("no code known yet")),
            _why(alert),
        ),
        head,
    )


def _entry_alert(alert: Alert) -> Message:
    assert alert.entry is not None
    head = alert.entry.title or alert.entry.url
    parts: list[Part] = [Heading(head, alert.entry.url)]
    if alert.entry.summary:
        parts.append(text(_cut(alert.entry.summary, 280)))
    parts.append(Text((Quiet(f"{alert.feed_name} · {day(alert.at)} · because you follow this feed"),)))
    return Message(tuple(parts), f"{alert.feed_name}: {head}", alert.entry.url)


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0] + " …"


def _feed_alert(alert: Alert) -> Message:
    return _say(
        Strong(f"{alert.feed_name} has stopped"),
        f": {alert.feed_error}. I no longer look at it; follow it again to retry.",
    )


def _why(alert: Alert) -> Text:
    matched = ", ".join(f"“{words}”" for words in alert.why[:3])
    return Text((Quiet(f"Why: your subscription {matched}"),))


def _folded(item: Delivery) -> Message:
    """Several pieces of older news in one message."""
    lines: list[Line] = [_folded_line(alert) for alert in item.alerts[:_FOLDED_SHOWN]]
    hidden = len(item.alerts) - len(lines)
    parts: list[Part] = [
        Heading(f"{len(item.alerts)} pieces of news since {day(min(a.at for a in item.alerts))}"),
        Bullets(tuple(lines)),
    ]
    if hidden:
        parts.append(text(Quiet(f"and {hidden} more; "), Typed("/code"), Quiet(" answers for each.")))
    parts.append(text(Quiet("Folded into one message because it waited, or happened while I was away.")))
    return Message(tuple(parts), f"{len(item.alerts)} pieces of older news")


def _folded_line(alert: Alert) -> Line:
    if alert.paper:
        first = alert.links[0] if alert.links and alert.kind is NewsKind.CODE else None
        where: Line = (" → ", Link(first.repository.slug, first.url)) if first else ()
        return (Link(alert.paper.title or alert.paper.name, alert.paper.url), *where)
    if alert.entry:
        return (Link(alert.entry.title or alert.entry.url, alert.entry.url), Quiet(f" {alert.feed_name}"))
    return (f"{alert.feed_name} has stopped: {alert.feed_error}",)


# Times ----------------------------------------------------------------------------------------------------------------


def day(moment: datetime) -> str:
    return f"{moment:%-d %b %Y}"


def ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    gone = now - moment
    if gone < timedelta(minutes=1):
        return "just now"
    return f"{_span(gone)} ago"


def until(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    return "now" if moment <= now + timedelta(seconds=30) else f"in {_span(moment - now)}"


def _span(length: timedelta) -> str:
    minutes = max(1, round(length.total_seconds() / 60))
    if minutes < 90:
        return f"{minutes} min"
    return f"{round(minutes / 60)} h" if minutes < 60 * 48 else f"{round(minutes / 1440)} days"


def _say(*line: str | Link | Strong | Quiet | Typed) -> Message:
    """A message of one paragraph."""
    plain = "".join(
        span if isinstance(span, str) else span.label if isinstance(span, Link) else span.text for span in line
    )
    return Message((Text(line),), plain)
