"""What rings, and which posts are answered: the answers to /sound and /links."""

from typing import Final

from bot.answers import Settings
from handlers.messages import Line, Link, Message, Strong, Typed
from handlers.wording import choosing
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
    if answer.pace.links:
        said = (
            Strong("I answer links to papers here"),
            ", and to repositories with papers: two of a message, each once in half an hour, without a sound. ",
            "For that I must see what is posted: make me an admin of this group; or switch my privacy off at ",
            Link("@BotFather", "https://t.me/BotFather"),
            " (/setprivacy), and add me to the group anew.",
        )
    return pressable(say(*said), choosing.links(answer.pace))


def links_asked(answer: Settings) -> Message:
    question = usage("Shall I answer links to papers in this group?", "/links on", "/links off")
    return pressable(question, choosing.links(answer.pace))


def links_alone() -> Message:
    return say("Between us it needs no switch: send me a link to a paper or repository, and I answer.")


def links_on_slack() -> Message:
    return say("On Slack I don't look at what is posted. Ask me for a link: ", Typed("/code 1703.06870"))
