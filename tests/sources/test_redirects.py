"""Where redirects may lead, what they carry, and what they say about an address."""

import pytest

from bot.errors import FetchError, Refused
from bot.sources.web import Web
from tests.sources.clients import SOON_S, redirect
from tests.sources.server import Asked, Reply, Server


def test_permanent_hops_all_the_way_are_a_new_address(web: Web, server: Server) -> None:
    server.route("/old", redirect(301, "/newer")).route("/newer", redirect(308, "newest?x=1#part"))
    server.route("/newest", body="hello")
    answer = web.get(server.url("/old"))
    assert answer.moved_to == answer.url == server.url("/newest?x=1")
    assert web.get(server.url("/newest")).moved_to is None


def test_one_passing_hop_and_nothing_has_moved(web: Web, server: Server) -> None:
    server.route("/old", redirect(301, "/via")).route("/via", redirect(302, "/new")).route("/new", body="hello")
    answer = web.get(server.url("/old"))
    assert (answer.moved_to, answer.url) == (None, server.url("/new"))


def test_five_redirects_are_followed_and_six_are_not(web: Web, server: Server) -> None:
    for n in range(6):
        server.route(f"/{n}", redirect(302, f"/{n + 1}"))
    server.route("/6", body="hello")
    assert web.get(server.url("/1")).body == b"hello"
    with pytest.raises(Refused, match="redirects"):
        web.get(server.url("/0"))


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://example.org/", "javascript:alert(1)", "http://[::1", "http://"]
)
def test_a_redirect_leads_to_a_web_address_or_nowhere(web: Web, server: Server, to: str) -> None:
    server.route("/x", redirect(302, to))
    with pytest.raises(Refused):
        web.get(server.url("/x"))


def test_a_redirect_without_an_aim_is_an_error(web: Web, server: Server) -> None:
    server.route("/x", Reply(302))
    with pytest.raises(FetchError, match="HTTP 302"):
        web.get(server.url("/x"))


def test_headers_for_one_origin_are_not_shown_to_another(web: Web, server: Server) -> None:
    with Server() as other:
        other.route("/x", body="hello")
        server.route("/same", redirect(302, "/out")).route("/out", redirect(302, other.url("/x")))
        web.get(server.url("/same"), headers={"Authorization": "Bearer t"}, accept="text/plain")
        assert [asked.headers["Authorization"] for asked in server.asked] == ["Bearer t", "Bearer t"]
        assert "Authorization" not in other.asked[0].headers
        assert other.asked[0].headers["Accept"] == "text/plain"


def test_a_post_is_sent_again_where_the_redirect_says_so_and_never_becomes_a_get(web: Web, server: Server) -> None:
    server.route("/a", redirect(307, "/b"), method="POST").route("/c", redirect(301, "/b"), method="POST")
    server.route("/b", lambda asked: Reply(body=asked.body), method="POST")
    assert web.post(server.url("/a"), json=[1]).json() == [1]
    with pytest.raises(FetchError, match="HTTP 301"):
        web.post(server.url("/c"), json=[1])


def test_the_whole_of_a_chain_of_redirects_has_one_time_out(hasty: Web, server: Server) -> None:
    def slowly(asked: Asked) -> Reply:
        server.wait(SOON_S / 3)
        return redirect(302, f"{asked.path}x")

    for n in range(6):
        server.route("/" + "x" * n, slowly)
    with pytest.raises(FetchError, match="no answer within"):
        hasty.get(server.url("/"))
    assert len(server.asked) < 6
