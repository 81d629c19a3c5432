"""What a chat hears of."""

from dataclasses import replace
from typing import Final

from bot.answers import Answers, Subscribed
from handlers import wording
from handlers.command import Command, always, maker, most_subscriptions
from handlers.incoming import Request
from handlers.messages import Message


def _subscribe(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        blog = "/subscribe https://bair.berkeley.edu/blog/"
        question = wording.usage("What to?", "/subscribe diffusion cat:cs.CV", "/subscribe au:bengio", blog)
        return wording.with_form(question) if request.address.platform == "slack" else question
    most = most_subscriptions(answers, request)
    made = answers.subscribe(request.address, words, title=request.chat_title, most=most, maker=maker(request))
    if isinstance(made, Subscribed) and (request.rhythm or request.quiet):
        asked = {"rhythm": request.rhythm, "quiet": request.quiet}
        made = replace(made, subscription=answers.settling.begin(request.address, made.subscription, **asked))
    return wording.subscribed(made)


def _change(answers: Answers, request: Request, words: str) -> Message:
    number, _, others = words.lstrip("#").partition(" ")
    if not number.isdecimal() or not others.strip():
        example = f"/change {number if number.isdecimal() else 1} diffusion -survey"
        return wording.usage("Which subscription shall want what instead?", example)
    return wording.subscribed(answers.subscribe(request.address, others, instead=number), changed=True)


def _preview(answers: Answers, _request: Request, words: str) -> Message:
    if not words:
        return wording.usage("A look at which words?", "/preview diffusion cat:cs.CV", "/preview au:bengio")
    return wording.preview(" ".join(words.split()), answers.preview(words))


def _unsubscribe(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.unsubscribe_which(answers.subscriptions(request.address))
    return wording.unsubscribed(answers.unsubscribe(request.address, words), words)


def _subscriptions(answers: Answers, request: Request, words: str) -> Message:
    mine = answers.subscriptions(request.address)
    with_forms = request.address.platform == "slack"
    number = words.lstrip("#")
    return wording.subscription(mine, number, with_forms=with_forms) if words else wording.subscriptions(mine)


def _retry(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which feed? By its number in /subscriptions.", "/retry 3")
    return wording.retried(answers.following.retry(request.address, words), now=answers.now())


def _waiting(answers: Answers, request: Request, _words: str) -> Message:
    return wording.waiting(answers.waiting(request.address), now=answers.now())


def _watch(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which paper or repository?", "/watch 1706.03762", "/watch github.com/owner/name")
    most = most_subscriptions(answers, request)
    asked = {"title": request.chat_title, "maker": maker(request)}
    return wording.subscribed(answers.watch(request.address, words, most=most, **asked))


def _route(answers: Answers, request: Request, words: str) -> Message:
    if not words:
        return wording.usage("Which subscription shall speak in another chat?", "/route 1", "/route 1 off")
    own = words.lstrip("#")[:1].isdecimal()  # of this chat's own subscriptions; else it is about what speaks here
    here = replace(request.address, topic=request.thread) if request.thread and not own else request.address
    return wording.route(answers.routing.route(here, words, title=request.chat_title))


COMMANDS: Final = (
    Command(
        "subscribe",
        "/subscribe WORDS",
        "hear when a matching paper has code; or follow a feed's address",
        _subscribe,
        manages=always,
        beforehand="preview",
    ),
    Command(
        "change",
        "/change NUMBER WORDS",
        "other words for a subscription; all else of it stays",
        _change,
        manages=always,
        topic="times",
    ),
    Command(
        "preview", "/preview WORDS", "what a subscription would have sent in the last week", _preview, shows=always
    ),
    Command("unsubscribe", "/unsubscribe NUMBER", "end a subscription (or all)", _unsubscribe, manages=always),
    Command(
        "subscriptions",
        "/subscriptions",
        "what this chat is subscribed to; a number shows one",
        _subscriptions,
        shows=always,
    ),
    Command("retry", "/retry NUMBER", "try a feed again that has stopped or fails", _retry, always, "feeds"),
    Command("waiting", "/waiting", "the papers whose code this chat waits for", _waiting, shows=always),
    Command(
        "watch", "/watch PAPER", "wait for one paper's code, or for all news of a repository", _watch, manages=always
    ),
    Command("route", "/route NUMBER", "let a subscription speak in another chat (or off)", _route, always, "times"),
)
