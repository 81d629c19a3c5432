"""Finding feeds: the address itself, or those that a page names."""

import time
from pathlib import Path

import pytest

from bot.errors import Unreadable
from bot.sources.rss import Rss
from bot.sources.web import Web
from tests.sources.clients import TWINS, a_feed, redirect, rss
from tests.sources.server import Server

PAGE = """<!DOCTYPE html><html><head><title>A blog</title><base href="/blog/">
<link rel="stylesheet" type="text/css" href="style.css">
<link rel="alternate" hreflang="de" href="/de">
<link rel="alternate" type="application/json+oembed" href="/oembed">
<LINK TITLE="All &amp; more" TYPE="Application/RSS+xml; charset=utf-8" REL="Feed Alternate" HREF="feed.xml">
<link rel="alternate" type="application/rss+xml" title="Again" href="feed.xml#x">
<link rel="alternate" type="application/atom+xml" href="https://elsewhere.example.org/atom">
<link rel="alternate" type="application/feed+json" title="JSON" href="//cdn.example.org/feed.json">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
<link rel="alternate" type="application/rss+xml">
</head><body>Nothing here."""


def test_the_feeds_that_a_page_names_are_found(web: Web, server: Server) -> None:
    server.route("/", body=PAGE, type="text/html")
    found = [(feed.url, feed.title) for feed in Rss(web).discover(server.url("/"))]
    assert found == [
        (server.url("/blog/feed.xml"), "All & more"),
        (server.url("/blog/feed.xml#x"), "Again"),
        ("https://elsewhere.example.org/atom", ""),
        ("http://cdn.example.org/feed.json", "JSON"),
    ]


def test_at_most_ten_feeds_of_a_page_are_found(web: Web, server: Server) -> None:
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}">' for n in range(50))
    server.route("/", body=f"<html>{links}", type="text/html")
    assert [feed.url for feed in Rss(web).discover(server.url("/"))] == [server.url(f"/{n}") for n in range(10)]


@pytest.mark.parametrize("path", TWINS, ids=lambda path: path.name)
def test_the_address_of_a_feed_is_that_feed(web: Web, server: Server, path: Path) -> None:
    server.route("/feed", body=path.read_bytes(), type="text/html")
    found = Rss(web).discover(server.url("/feed"))
    assert [feed.url for feed in found] == [server.url("/feed")]
    assert found[0].title
    assert found[0].entries == Rss(web).fetch(a_feed(server.url("/feed"))).entries


def test_a_feed_that_has_moved_is_found_where_it_lives_now(web: Web, server: Server) -> None:
    server.route("/old", redirect(301, "/feed")).route("/via", redirect(302, "/feed")).route("/feed", body=rss())
    found = [Rss(web).discover(server.url(path))[0].url for path in ("/old", "/via")]
    assert found == [server.url("/feed"), server.url("/via")]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html><head><title>A blog</title></head></html>", "a web page that names no feed"),
        ("<html>" + "<div>" * 20_000, "a web page that names no feed"),
        ('{"a": 1}', "JSON, but not a feed"),
        ("", "an empty answer, not a feed"),
    ],
    ids=["page", "depth", "json", "empty"],
)
def test_an_address_without_a_feed_says_what_is_there(web: Web, server: Server, body: str, reason: str) -> None:
    server.route("/", body=body, type="text/html")
    with pytest.raises(Unreadable) as failed:
        Rss(web).discover(server.url("/"))
    assert str(failed.value) == reason


def test_a_page_of_unfinished_tags_takes_no_time(web: Web, server: Server) -> None:
    server.route("/", body="<html><head>" + "<a " * 300_000, type="text/html")
    began = time.process_time()
    with pytest.raises(Unreadable, match="names no feed"):
        Rss(web).discover(server.url("/"))
    assert time.process_time() - began < 5
