"""The manifest asks for the least, and says why; and a house without Slack doesn't load it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from handlers.slack import listening, wire

HOUSE = Path(__file__).parents[2]
MANIFEST = (HOUSE / "slack-manifest.yaml").read_text("utf-8")


def test_the_manifest_asks_for_no_more_scopes_than_the_adapter_uses_and_each_has_its_because() -> None:
    scopes = MANIFEST.partition("bot:\n")[2].partition("settings:")[0].splitlines()
    named = {line.split()[1] for line in scopes if line.strip()}
    assert named == set(wire.SCOPES)
    assert all("# because" in line for line in scopes if line.strip())


def test_the_manifest_has_the_commands_and_events_that_the_adapter_listens_to() -> None:
    assert re.findall(r"- command: (\S+)", MANIFEST) == ["/paperwire", "/code"]
    events = MANIFEST.partition("bot_events:\n")[2].partition("interactivity:")[0]
    assert {name.partition(".")[0] for name in re.findall(r"- (\S+)", events)} == set(listening.EVENTS)
    assert re.findall(r"callback_id: (\S+)", MANIFEST) == [listening.FIND_CODE, listening.NEW_SUBSCRIPTION]
    assert "home_tab_enabled: true" in MANIFEST
    assert "socket_mode_enabled: true" in MANIFEST


@pytest.mark.parametrize(
    ("name", "limit"), [("name", 24), ("description", 150), ("callback_id", 255)], ids=["name", "description", "id"]
)
def test_shortcuts_keep_slacks_limits(name: str, limit: int) -> None:
    """https://docs.slack.dev/reference/app-manifest"""
    shortcuts = MANIFEST.partition("shortcuts:\n")[2].partition("slash_commands:")[0]
    found = re.findall(rf"\b{name}: (.+)", shortcuts)
    assert len(found) == 2
    assert all(len(words) <= limit for words in found)


def test_importing_the_room_does_not_import_slack() -> None:
    script = (
        "import sys, handlers, handlers.slack; print([m for m in sys.modules if m.startswith(('slack_', 'aiohttp'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=HOUSE, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
