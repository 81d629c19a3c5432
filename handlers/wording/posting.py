"""What rings, and which posts are answered: the answers to /sound and /links, and the short answer to a link."""

from typing import Final

from bot.answers import FoundPaper, FoundRepository, PaperAnswer, Settings
from handlers.messages import NOTHING, Button, Buttons, Heading, Line, Link, Message, Strong, text
from handlers.wording import choosing
from handlers.wording.cards import typed_name
from handlers.wording.links import brief
from handlers.wording.papers import code_state
from handlers.wording.plain import pressable, say
from handlers.wording.talk import usage

_NO_SOUND: Final = {
    "slack": "On Slack everybody settles for themselves what rings: open the channel's notifications.",
    "console": "The terminal makes no sound anyway.",
}


def sound(answer: Settings) -> Message:
    said: Line = (Strong("News rings"), "; digests, and what comes folded because it is older, make no sound.")
    if not answer.pace.sound:
        said = (Strong("No sound from now on"), ": whatever I send here comes silently.")
    return pressable(say(*said), choosing.sounds(answer.pace))


def sound_asked(answer: Settings) -> Message:
    return pressable(usage("Shall what I send here ring?", "/sound on", "/sound off"), choosing.sounds(answer.pace))


def sound_elsewhere(platform: str) -> Message:
    """Where we don't decide what rings."""
    return say(_NO_SOUND[platform])


def links(answer: Settings) -> Message:
    said: Line = (Strong("I don't look at links here"), ".")
    if answer.pace.links and answer.platform == "slack":
        said = (
            Strong("Links to papers have a preview here"),
            ", and those to repositories with papers, with what is known of their code: each once in half an hour, ",
            "and none where a message has three or more.",
        )
    elif answer.pace.links:
        said = (
            Strong("I answer links to papers here"),
            ", and to repositories with papers: two of a message, each once in half an hour, without a sound. ",
            "For that I must see what is posted: make me an admin of this group; or switch my privacy off at ",
            Link("@BotFather", "https://t.me/BotFather"),
            " (/setprivacy), and add me to the group anew.",
        )
    return pressable(say(*said), choosing.links(answer.pace))


def links_asked(answer: Settings) -> Message:
    where = "channel" if answer.platform == "slack" else "group"
    question = usage(f"Shall I answer links to papers in this {where}?", "/links on", "/links off")
    return pressable(question, choosing.links(answer.pace))


def links_alone() -> Message:
    return say("Between us it needs no switch: send me a link to a paper or repository, and I answer.")


def in_brief(found: PaperAnswer) -> Message:
    """The state of a paper's code below a link to it, or whose code a repository is."""
    match found:
        case FoundPaper(paper, links):
            best = next((link for link in links if link.confidence > 0), None)
            named = best.repository.slug if best else typed_name(paper)
            line = brief(links) if best else (code_state(found),)
            title, url = paper.title or paper.name, paper.url
        case FoundRepository(repository, papers):
            named, title, url = repository.slug, repository.slug, repository.url
            line = ("The code of ", Link(papers[0].paper.title, papers[0].paper.url))
            line += (f" and {len(papers) - 1} more",) if len(papers) > 1 else ()
        case _:
            return NOTHING
    return Message((Heading(title, url), text(*line), Buttons((Button("Watch", f"/watch {named}"),))), title)
