"""What is put down beside the database: whole, in order, for nobody else to read, and gone once it is cleared."""

from pathlib import Path

import pytest

from bot.domain.arrival import Arrival
from bot.errors import NoSpace
from storage import FILE, Storage
from storage.arrivals import Arrivals
from tests.asked_live import answers_of

ONE, TWO = Arrival("1.key", '{"text": "line\\nbreak \u2028 é"}'), Arrival("2.key", "{}")


def test_what_is_put_down_is_there_for_the_next_process_in_order_and_for_this_user_alone(tmp_path: Path) -> None:
    Arrivals(tmp_path).add("slack", (ONE,))
    Arrivals(tmp_path).add("slack", (TWO, ONE))
    assert Arrivals(tmp_path).all("slack") == (ONE, TWO, ONE)
    assert Arrivals(tmp_path).all("telegram") == ()
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    Arrivals(tmp_path).clear("slack")
    assert (Arrivals(tmp_path).all("slack"), file.read_bytes()) == ((), b"")


@pytest.mark.parametrize("torn", [b'\n["3.key", "{', b"\n\xff\xfe", b"\n[1]", b"\n3", b"\nnull"])
def test_a_line_that_a_crash_cut_off_spoils_no_other(tmp_path: Path, torn: bytes) -> None:
    arrivals = Arrivals(tmp_path)
    arrivals.add("slack", (ONE,))
    with (tmp_path / "arrivals-slack.jsonl").open("ab") as file:
        file.write(torn)
    arrivals.add("slack", (TWO,))
    assert arrivals.all("slack") == (ONE, TWO)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoSpace, match="can't be written"):
        Arrivals(tmp_path / "gone").add("slack", (ONE,))
    Arrivals(tmp_path / "gone").clear("slack")


def test_the_inbox_takes_in_once_what_was_put_down_and_what_it_knows_it_leaves(tmp_path: Path) -> None:
    with Storage(tmp_path / FILE) as storage:
        inbox = answers_of(storage).inbox("slack")
        inbox.take((ONE,))
        inbox.done(ONE.key)
        inbox.put_down((ONE, TWO, TWO))
        assert [inbox.waiting(), inbox.waiting()] == [(TWO,), (TWO,)]
        assert storage.arrivals.all("slack") == ()
