"""The quick way through arXiv's usual RSS: it tells what feedparser tells, or leaves the document to it."""

from pathlib import Path

import pytest

from bot.sources.arxiv_feed import read_announcement
from bot.sources.arxiv_rss import read_usual

DATA = Path(__file__).with_name("data")
ITEM = """<item><title>On x &lt; y: &amp; more</title><link>https://arxiv.org/abs/2603.00001</link>
<description>arXiv:2603.00001v2 Announce Type: replace
Abstract: We show that a&lt;b. Code: https://github.com/ada/nets</description>
<guid isPermaLink="false">oai:arXiv.org:2603.00001v2</guid><category>cs.LG</category><category>cs.CV</category>
<pubDate>Thu, 05 Mar 2026 00:00:00 -0500</pubDate><arxiv:announce_type>replace</arxiv:announce_type>
<dc:creator>Ada Lovelace (Analytical Society), Élie Čech</dc:creator></item>"""


def feed(item: str = ITEM, *, declared: str = "UTF-8", head: str = "") -> bytes:
    """A feed as arXiv sends it, with one item."""
    return f"""<?xml version='1.0' encoding='{declared}'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>
<title>cs.LG updates on arXiv.org</title>{head}<pubDate>Thu, 05 Mar 2026 00:00:00 -0500</pubDate>{item}</channel></rss>
""".encode()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html><body>Busy</body></html>", id="a page"),
        pytest.param(feed()[:-200], id="cut off"),
        pytest.param(feed().replace(b"&amp; more", b"& more"), id="broken XML"),
        pytest.param(feed().replace("É".encode(), b"\xc9"), id="bytes that are no UTF-8"),
        pytest.param(feed(declared="windows-1252"), id="another encoding"),
        pytest.param(feed(declared="no-such-encoding"), id="an unknown encoding"),
        pytest.param(feed().replace(b"We show", b"<b>We</b> show"), id="markup in a text"),
        pytest.param(feed(ITEM.replace("<item>", "<item><enclosure/>")), id="an element of which nobody knows"),
        pytest.param(feed(ITEM.replace("<item>", "<item><title>Another</title>")), id="two titles"),
        pytest.param(feed(ITEM.replace("Lovelace", "Lovelace ada@example.org")), id="an address in a name"),
        pytest.param(feed(ITEM.replace("Thu, 05 Mar 2026", "Some day in March")), id="no date"),
        pytest.param(feed(ITEM.replace("05 Mar 2026 00:00", "45 Mar 2026 25:00")), id="no such day"),
        pytest.param((DATA / "arxiv-atom.xml").read_bytes(), id="Atom"),
        pytest.param((DATA / "arxiv-old.rdf").read_bytes(), id="RDF"),
        pytest.param((DATA / "feed-rss091.xml").read_bytes(), id="RSS 0.91"),
    ],
)
def test_what_is_unusual_is_left_to_feedparser(body: bytes) -> None:
    assert read_usual(body) is None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param((DATA / "arxiv-rss.xml").read_bytes(), id="the golden twin"),
        pytest.param(feed(), id="entities, affiliations, accents"),
        pytest.param(feed("", head="<skipDays><day>Sunday</day></skipDays>"), id="a Sunday"),
        pytest.param(feed("<item/>"), id="an empty item"),
        pytest.param(b"\xef\xbb\xbf" + feed(), id="a byte order mark"),
        pytest.param(feed().replace(b"<title>On", b"<title><![CDATA[On <i>]]>"), id="CDATA"),
        pytest.param(feed(ITEM.replace("<item>", "<item><arxiv:DOI>10.1000/xyz</arxiv:DOI>")), id="a publisher's DOI"),
        pytest.param(feed(ITEM.replace("<category>cs.LG", "<category/><category>cs.LG")), id="an empty category"),
    ],
)
def test_what_is_usual_is_told_as_feedparser_tells_it(body: bytes) -> None:
    unusual = body.replace(b"</channel>", b"</channel><more/>")
    assert read_usual(body) is not None
    assert read_usual(unusual) is None
    assert read_announcement(body, "cs.LG") == read_announcement(unusual, "cs.LG")
