"""A made-up day of arXiv's announcements as its RSS feeds tell it: one feed a category, cross-lists in several."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from bench.synthetic import CATEGORIES, Made, World

_HEAD: Final = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0">
  <channel>
    <title>{category} updates on arXiv.org</title>
    <link>http://rss.arxiv.org/rss/{category}</link>
    <description>{category} updates on the arXiv.org e-print archive.</description>
    <atom:link href="http://rss.arxiv.org/rss/{category}" rel="self" type="application/rss+xml"/>
    <docs>http://www.rssboard.org/rss-specification</docs>
    <language>en-us</language>
    <lastBuildDate>Thu, 05 Mar 2026 05:00:02 +0000</lastBuildDate>
    <managingEditor>rss-help@arxiv.org</managingEditor>
    <pubDate>Thu, 05 Mar 2026 00:00:00 -0500</pubDate>
    <skipDays>
      <day>Sunday</day>
      <day>Saturday</day>
    </skipDays>
"""
_TAIL: Final = "  </channel>\n</rss>\n"


@dataclass(frozen=True, slots=True)
class Day:
    """The feeds' bytes by category, their papers (each once), and those of them that are replacements."""

    feeds: Mapping[str, bytes]
    papers: tuple[Made, ...]
    replaced: tuple[Made, ...]


def make_day(count: int, *, replaced: float = 0.25, listed_twice: float = 0.2) -> Day:
    """`count` papers, the given share of them replacements; some stand in a second category's feed as well."""
    world = World()
    items: dict[str, list[str]] = {category: [] for category in CATEGORIES}
    papers = tuple(world.papers(count))
    versions = {paper.n: world.rng.choice((2, 2, 3)) if world.rng.random() < replaced else 1 for paper in papers}
    for paper in papers:
        version = versions[paper.n]
        kinds = ("replace", "replace-cross") if version > 1 else ("new", "cross")
        items[paper.categories[0]].append(_item(paper, version, kinds[0]))
        if len(paper.categories) > 1 and world.rng.random() < listed_twice / 0.55:
            items[paper.categories[1]].append(_item(paper, version, kinds[1]))
    feeds = {category: _feed(category, own) for category, own in items.items() if own}
    old = tuple(paper for paper in papers if versions[paper.n] > 1)
    return Day(feeds, papers, old)


def small_feed(papers: Iterator[Made] | list[Made], category: str = "cs.LG") -> bytes:
    """A single category's feed of new papers."""
    return _feed(category, [_item(paper, 1, "new") for paper in papers])


def _feed(category: str, items: list[str]) -> bytes:
    return (_HEAD.format(category=category) + "".join(items) + _TAIL).encode()


def _item(paper: Made, version: int, kind: str) -> str:
    name = f"{paper.arxiv}v{version}"
    categories = "".join(f"      <category>{category}</category>\n" for category in paper.categories)
    return f"""    <item>
      <title>{escape(paper.title)}</title>
      <link>https://arxiv.org/abs/{paper.arxiv}</link>
      <description>arXiv:{name} Announce Type: {kind} \nAbstract: {escape(paper.abstract)}</description>
      <guid isPermaLink="false">oai:arXiv.org:{name}</guid>
{categories}      <pubDate>Thu, 05 Mar 2026 00:00:00 -0500</pubDate>
      <arxiv:announce_type>{kind}</arxiv:announce_type>
      <dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights>
      <dc:creator>{escape(", ".join(paper.authors))}</dc:creator>
    </item>
"""
