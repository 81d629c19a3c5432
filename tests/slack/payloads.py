"""What Slack sends when a person does something, as its documentation shows it; ids and addresses are the fake's."""

from typing import Any, Final

TEAM, CHANNEL, DIRECT, PERSON, BOT = "T0WORK", "C0PAPERS", "D0ADA", "U0ADA", "U0WIRE"
BOT_ID: Final = "B0WIRE"
Json = dict[str, Any]


def command(text: str, *, name: str, channel: str, trigger: str, url: str) -> Json:
    person = {"user_id": PERSON, "user_name": "ada", "team_id": TEAM, "team_domain": "work"}
    place = {"channel_id": channel, "channel_name": _name_of(channel), "response_url": url}
    words = {"command": name, "text": text, "trigger_id": trigger, "api_app_id": "A0", "token": "deprecated"}
    return {**person, **place, **words}


def action(value: str, action_id: str, *, menu: bool = False) -> Json:
    """A button that is pressed, or an option that is chosen in a menu."""
    place = {"block_id": "b", "action_id": action_id, "action_ts": "1.2"}
    if not menu:
        return {"type": "button", "value": value, **place}
    option = {"text": {"type": "plain_text", "text": "…"}, "value": value}
    return {"type": "overflow", "selected_option": option, **place}


def press(action: Json, *, container: Json, channel: str, name: str, trigger: str, url: str) -> Json:
    """In a message, of ours unless `container` names a bot; what one alone sees isn't in its payload."""
    bot = container.pop("bot", BOT_ID)
    shown = {} if container.get("is_ephemeral") else {"message": {"bot_id": bot, "user": BOT, "text": "a card"}}
    return {
        "type": "block_actions",
        "user": {**_user(), "name": name},
        "team": {"id": TEAM},
        "channel": {"id": channel, "name": _name_of(channel)},
        "container": {"type": "message", "channel_id": channel, **container},
        "trigger_id": trigger,
        "response_url": url,
        "api_app_id": "A0",
        "actions": [action],
        **shown,
    }


def view_action(view: Json, action: Json, *, trigger: str, values: Json | None = None) -> Json:
    """Something that is done in a view: without an answer's address, and without a channel."""
    return {
        "type": "block_actions",
        "user": _user(),
        "team": {"id": TEAM},
        "container": {"type": "view", "view_id": view["id"]},
        "view": {**view, "state": {"values": values or {}}},
        "trigger_id": trigger,
        "api_app_id": "A0",
        "actions": [{"action_ts": "1.2", **action}],
    }


def submission(view: Json, values: Json, *, trigger: str) -> Json:
    who = {"user": _user(), "team": {"id": TEAM}, "trigger_id": trigger, "api_app_id": "A0"}
    return {"type": "view_submission", **who, "view": {**view, "state": {"values": values}}, "response_urls": []}


def shortcut(callback_id: str, *, trigger: str) -> Json:
    who = {"user": _user(), "team": {"id": TEAM}, "trigger_id": trigger, "action_ts": "1.2"}
    return {"type": "shortcut", "callback_id": callback_id, **who}


def message_shortcut(callback_id: str, message: Json, *, channel: str, trigger: str, url: str) -> Json:
    said = {"type": "message", "user": "U0BOB", "ts": "17.1", **message}
    place = {"channel": {"id": channel, "name": _name_of(channel)}, "response_url": url, "message_ts": said["ts"]}
    who = {"user": _user(), "team": {"id": TEAM}, "trigger_id": trigger, "action_ts": "1.2"}
    return {"type": "message_action", "callback_id": callback_id, "message": said, **place, **who}


def _user() -> Json:
    return {"id": PERSON, "username": "ada", "name": "ada", "team_id": TEAM}


def _name_of(channel: str) -> str:
    return "directmessage" if channel.startswith("D") else "papers"
