"""Slack's payloads as questions: what was typed, as it was typed, and where the answer belongs. Pure.

Slack sends a person's words with its own markup: `&`, `<`, `>` as entities, links and mentions in angle brackets.
"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from bot.domain.chat import Address
from bot.domain.paper import parse_paper_id
from bot.domain.posting import MOST
from bot.domain.repository import parse_repository
from handlers.commands import resembles_command
from handlers.files import is_taken
from handlers.incoming import Request
from handlers.slack.objects import ACTION, HERE, IN, SHARE

Payload = Mapping[str, Any]

EPHEMERAL: Final = "ephemeral"
HOME: Final = "home"

_BRACKETED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_IMPORT = re.compile(r"/?import\b", re.IGNORECASE)
_COMPOSER: Final = "COMPOSER"  # in place of a channel, where a message is being written
_TITLE: Final = 200  # characters of a message that may be a title and no more
_WORDS: Final = 400  # of a message that are looked through


@dataclass(frozen=True, slots=True)
class Shared:
    """A file in a message: where it can be fetched, and its size in bytes (0: not told)."""

    url: str
    size: int


@dataclass(frozen=True, slots=True)
class Question:
    """A Request and its way back. `key` is the same in every redelivery, `came` seconds since 1970.

    The answer goes to `response_url`, seen by the asker alone; without one it is posted, in `thread` if that is set.
    `here` is what it takes the place of: EPHEMERAL, HOME, or the ts of a message of ours. `shared`: it is shown to
    all, by the person who is called `by`. `form`: a form that they sent asks it, and waits for what comes of it.
    `home`: it goes to the asker's Home, `mine` being the direct message with them. `empty`: what was pointed at names
    no paper. `file` is to be taken in. `comes_again`: unless it is acknowledged. `links` are addresses, as they were
    posted in the `message` of that ts; `event` is what happened, by Slack's names of it, beside what is asked.
    """

    request: Request
    key: str
    came: float = field(default_factory=time.time)
    response_url: str = field(default="", repr=False)  # because: with it anybody could answer, and reprs are logged
    thread: str = ""
    here: str = ""
    by: str = ""
    shared: bool = False
    form: bool = False
    home: bool = False
    mine: str = ""
    empty: bool = False
    file: Shared | None = None
    comes_again: bool = False
    links: tuple[str, ...] = ()
    message: str = ""
    event: tuple[str, ...] = ()


def to_json(question: Question) -> str:
    return json.dumps(asdict(question), ensure_ascii=False)


def from_json(kept: str) -> Question:
    """Raises ValueError, TypeError or KeyError for what is none."""
    told = json.loads(kept)
    asked, file = told.pop("request"), told.pop("file")
    links, event = (tuple(told.pop(name, ())) for name in ("links", "event"))
    asked.pop("rooms", None)  # are looked up when it is answered
    request = Request(Address(**asked.pop("address")), **asked)
    return Question(request, file=Shared(**file) if file else None, links=links, event=event, **told)


def of_command(body: Payload, workspace: str) -> Question:
    """/paperwire TEXT and /code TEXT; what is no command behind the first is a question for code."""
    text = as_typed(body.get("text") or "").strip()
    if body["command"] == "/code":
        text = f"/code {text}".rstrip()
    else:
        bare = text.lstrip("/ ") or "help"
        text = f"/{bare}" if text.startswith("/") or resembles_command(f"/{bare}") else bare
    address = Address("slack", body["channel_id"], workspace=body.get("team_id") or workspace)
    request = _request(address, text, body.get("user_id") or "", title=_title(body.get("channel_name") or ""))
    return Question(request, body["trigger_id"], response_url=body["response_url"])


def workspaces_of(body: Payload) -> frozenset[str]:
    """Of all that this may come from: somebody of another workspace may press what is in a shared channel of ours."""
    view, message, team = body.get("view") or {}, body.get("message") or {}, body.get("team") or {}
    installed = [one.get("team_id") for one in body.get("authorizations") or ()]
    named = (body.get("team_id"), team.get("id"), view.get("app_installed_team_id"), message.get("team"), *installed)
    return frozenset(filter(None, named))


def channel_of(question: Question) -> str:
    """The channel in which it was asked; "" where that was no channel, but a conversation of some people."""
    chat, title = question.request.address.chat, question.request.chat_title
    return chat if chat.startswith("C") and not title.startswith("#mpdm-") else ""


def of_mention(body: Payload, workspace: str, me: str) -> Question | None:
    """@paperwire TEXT in a channel, answered in its thread; None for another bot's words."""
    event = body["event"]
    if event.get("bot_id"):
        return None
    thread = event.get("thread_ts") or event["ts"]
    return _with_file(Question(_asked(body, workspace, me), body["event_id"], thread=thread, comes_again=True), event)


def of_direct(body: Payload, workspace: str, me: str) -> Question | None:
    """A person's own words in a direct message, or a file to be taken in.

    None for edits, joins, other files, and everything that a bot says.
    """
    event, shares = body["event"], body["event"].get("subtype") == "file_share"
    if event.get("channel_type") != "im" or event.get("bot_id") or not event.get("user"):
        return None
    if event.get("subtype") and not shares:
        return None
    question = Question(_asked(body, workspace, me), body["event_id"], comes_again=True)
    question = _with_file(question, event, alone=True)
    return question if question.file or not shares else None


def _with_file(question: Question, event: Payload, *, alone: bool = False) -> Question:
    """With the first file of the message, if its words say import, or, to us alone, if it is of that kind."""
    files = event.get("files") or [{}]
    url = files[0].get("url_private_download") or files[0].get("url_private") or ""
    kind = alone and is_taken(files[0].get("name") or "")
    if not url or not (kind or _IMPORT.match(question.request.text)):
        return question
    request = replace(question.request, text="/import")
    return replace(question, request=request, file=Shared(url, int(files[0].get("size") or 0)))


def of_press(body: Payload, workspace: str, bot: str) -> Question | None:
    """A button, or what was chosen in a menu: its value is the command, `bot` our bot's id. None in a modal.

    The workspace is ours, as the presser may be a guest from another one.
    """
    action, container = body["actions"][0], body.get("container") or {}
    chosen = action.get("selected_option") or action
    command, person = _without_entities(chosen["value"]), body["user"]
    if container.get("type") == "view":
        return _of_home(body, workspace, command, action["action_id"])
    address = Address("slack", body["channel"]["id"], workspace=workspace)
    title = _title(body["channel"].get("name") or "")
    thread = container.get("thread_ts") or ""
    request = replace(_request(address, command, person["id"], title=title), thread=thread)
    question = Question(request, body["trigger_id"], response_url=body["response_url"], thread=thread)
    if action["action_id"].startswith(SHARE):
        return replace(question, shared=True, by=person.get("name") or person.get("username") or "")
    return replace(question, here=_place(container, body, bot)) if action["action_id"].startswith(HERE) else question


def _place(container: Payload, body: Payload, bot: str) -> str:
    """What was pressed: EPHEMERAL, or the ts of a message of ours; "" for anybody else's."""
    if container.get("is_ephemeral"):
        return EPHEMERAL
    ours = (body.get("message") or {}).get("bot_id") == bot
    return str(container.get("message_ts") or "") if ours and bot else ""


def of_links(body: Payload, workspace: str, me: str) -> Question | None:
    """Links that somebody posted. None while they are being written, in direct messages, and for too many."""
    event = body["event"]
    channel, person, ts = event.get("channel") or "", event.get("user") or "", event.get("message_ts") or ""
    links = tuple(dict.fromkeys(link.get("url") or "" for link in event.get("links") or ()))
    if not channel.startswith(("C", "G")) or channel == _COMPOSER or not ts or person in ("", me) or len(links) > MOST:
        return None
    request = _request(Address("slack", channel, workspace=workspace), "", person)
    return Question(request, body["event_id"], comes_again=True, links=links, message=ts)


def of_home(body: Payload, workspace: str) -> Question | None:
    """Somebody opened their Home: they are shown what they have, and how all is. None for its other tabs."""
    event = body["event"]
    if event.get("tab") != "home" or not event.get("channel"):
        return None
    address = Address("slack", event["channel"], workspace=workspace)
    request = _request(address, "/home", event["user"])
    return Question(request, body["event_id"], home=True, mine=event["channel"], comes_again=True)


def _of_home(body: Payload, workspace: str, command: str, action: str) -> Question | None:
    """The view remembers which direct message is the presser's, and which channel it shows, if not that."""
    view = body.get("view") or {}
    if view.get("type") != "home" or not view.get("private_metadata"):
        return None
    mine, *shown = str(view["private_metadata"]).split()
    place = action.removeprefix(IN).partition(":")[0] if action.startswith(IN) else next(iter(shown), mine)
    request = _request(Address("slack", place, workspace=workspace), command, body["user"]["id"])
    here = "" if action.startswith(ACTION) else HOME
    return Question(request, body["trigger_id"], home=True, mine=mine, here=here)


def of_message(body: Payload, workspace: str) -> Question:
    """The shortcut on somebody's message: which paper it is about.

    The answer is in the message's thread where there is one: elsewhere Slack wouldn't show it in a new one.
    """
    message, channel = body["message"], body["channel"]
    thread = message.get("thread_ts") or ""
    address = Address("slack", channel["id"], workspace=workspace)
    paper = paper_in(as_typed(message.get("text") or ""))
    title = _title(channel.get("name") or "")
    request = _request(address, f"/code {paper}".rstrip(), body["user"]["id"], title=title)
    request = replace(request, thread=thread)
    return Question(request, body["trigger_id"], response_url=body["response_url"], thread=thread, empty=not paper)


def paper_in(words: str) -> str:
    """The first paper or repository that is named by an id or a link; else the words, if they may be a title."""
    for word in words.split()[:_WORDS]:
        bare = word.strip("*_~`“”")
        if parse_paper_id(bare) or (bare.startswith("http") and parse_repository(bare)):
            return bare
    one_line = " ".join(words.split())
    return one_line if len(one_line) <= _TITLE and not one_line.startswith("http") else ""


def _asked(body: Payload, workspace: str, me: str) -> Request:
    """The words of an event without the mention of us, `me` being our user id; an empty one is a greeting."""
    text = as_typed(re.sub(rf"<@{re.escape(me)}(?:\|[^<>]*)?>", " ", body["event"].get("text") or "")).strip()
    address = Address("slack", body["event"]["channel"], workspace=body.get("team_id") or workspace)
    request = _request(address, text or "/start", body["event"].get("user") or "")
    return replace(request, thread=body["event"].get("thread_ts") or "")


def _request(address: Address, text: str, sender: str, *, title: str = "") -> Request:
    alone = address.chat.startswith("D")  # Slack's ids say what they are of: D is a direct message
    return Request(address, text, sender=sender, alone=alone, chat_title=title)


def _title(channel_name: str) -> str:
    # Slack gives these words in place of the names of direct messages and private channels
    return "" if channel_name in ("", "directmessage", "privategroup") else f"#{channel_name}"


def as_typed(text: str) -> str:
    """The words as the person typed them: no link brackets, no entities."""
    return _without_entities(_BRACKETED.sub(_unwrapped, text))


def _unwrapped(found: re.Match[str]) -> str:
    target, label = found[1], found[2] or ""
    if target.startswith(("@", "#")):
        return f"{target[0]}{label}" if label else target
    if target.startswith("!"):
        return label or f"@{target[1:]}"
    if target.startswith(("mailto:", "tel:")):
        return label or target.partition(":")[2]
    return label if target == f"http://{label}" else target  # "fast.ai" is two words of a title to Slack's eye, a link


def _without_entities(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
