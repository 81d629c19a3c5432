"""The buttons below a paper, pressed in Slack: the presser alone sees the answer, the list is the channel's."""

from functools import partial
from pathlib import Path

from handlers.commands import respond
from storage import FILE, Storage
from tests.asked_live import answers_of
from tests.builders import linked_paper
from tests.slack.fake_api import FakeSlack
from tests.slack.house import on_a_loop, running
from tests.slack.pressable import pressable


@on_a_loop
async def test_a_press_of_save_saves_for_the_channel_and_tells_the_presser(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        linked_paper(storage)
        async with FakeSlack() as api, running(api, partial(respond, answers_of(storage))):
            await api.command("2603.00001", command="/code")
            await api.until(lambda: len(api.whispers) == 1)
            found = pressable(api.whispers[0])
            assert [one.label for one in found.values() if not one.menu][:3] == ["Abstract ▾", "👍 Save", "👎 Less"]
            assert [one.label for one in found.values() if one.menu] == ["Similar", "BibTeX", "Watch", "Wrong link"]
            await api.press(found["👍 Save"].value, **found["👍 Save"].how, thread_ts="5.5")
            await api.until(lambda: len(api.whispers) == 2)
            await api.command("saved")
            await api.until(lambda: len(api.whispers) == 3)
        assert not api.posts
    assert api.whispers[1]["text"] == "Saved: “Deep Nets”"
    assert api.whispers[1]["thread_ts"] == "5.5"
    assert [button["value"] for button in api.whispers[1]["blocks"][-1]["elements"]][-1] == "/unsave 2603.00001"
    assert "https://arxiv.org/abs/2603.00001" in str(api.whispers[2]["blocks"])


@on_a_loop
async def test_the_files_and_a_list_of_hostile_titles_are_taken(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        for n in range(1, 13):
            linked_paper(storage, f"2603.{n:05}", f"ada/{n}", title=f"<!channel> *{n}* " + "深🤖" * 200)
        async with FakeSlack() as api, running(api, partial(respond, answers_of(storage))):
            for n in range(1, 13):
                await api.press(f"/save 2603.{n:05}")
                await api.until(lambda done=n: len(api.whispers) == done)  # type: ignore[misc]  # because: bound now
            for n, text in enumerate(("saved", "saved bibtex", "saved list", "more 2603.00001", "less 2603.00001"), 13):
                await api.command(text)
                await api.until(lambda done=n: len(api.whispers) == done)  # type: ignore[misc]  # because: bound now
    assert all("<!channel>" not in str(whisper) for whisper in api.whispers)
