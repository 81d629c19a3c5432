"""Files at addresses: under a cap, from public hosts alone, and text."""

import pytest

from bot.errors import FetchError, Missing, Refused, TooLarge, Unreadable
from bot.sources.files import Files
from bot.sources.web import Web
from tests.sources.clients import a_web, redirect
from tests.sources.server import Reply, Server


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(404), Missing),
        (Reply(body=b"x" * 101), TooLarge),
        (Reply(body=b"\xff\xfe"), Unreadable),
        (redirect(302, "file:///etc/passwd"), Refused),
        (Reply(500), FetchError),
    ],
    ids=["missing", "large", "no-text", "elsewhere", "broken"],
)
def test_what_cannot_be_read_is_a_fetch_error(web: Web, server: Server, reply: Reply, kind: type[FetchError]) -> None:
    server.route("/list.txt", reply)
    with pytest.raises(kind):
        Files(web).read(server.url("/list.txt"), limit=100)


def test_no_file_of_this_host_or_its_network_is_read(server: Server) -> None:
    server.route("/list.txt", body="secret")
    guarded = a_web(allow_private=False)
    with pytest.raises(Refused, match="private address"):
        Files(guarded).read(server.url("/list.txt"), limit=100)
    assert server.asked == []
    guarded.close()


def test_a_file_is_text(web: Web, server: Server) -> None:
    server.route("/list.txt", body="\ufeffBérénice\n".encode(), type="application/octet-stream")
    assert Files(web).read(server.url("/list.txt"), limit=100) == "Bérénice\n"
