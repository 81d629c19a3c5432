"""How fast are papers suggested while somebody types, among 600,000?

    letters        titles as they are typed: the first three letters, five, seven … up to twenty
    short          the first letter, and the first two, of words: what is dearest
    ids            arXiv ids as they are typed
    addresses      repositories' addresses as they are typed

The times are those of the whole answer but its way to the platform: found, worded, rendered. `found_N` is the share of
the titles that are on the first page after their first N letters.
"""

import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from bench.figures import options, percentile_ms, share, show, timed
from bench.search import PAPERS, Bench, opened
from bench.stores import folder_of
from bot.domain.chat import Address
from handlers.incoming import Request
from handlers.suggesting import suggest
from handlers.telegram.render import render
from storage import FILE, Storage

TYPED: Final = 400
_LENGTHS: Final = (*range(3, 21, 2), 20, 30)
_ANYBODY: Final = Address("telegram", "7")


def main() -> None:
    args = options(__doc__)
    papers = max(1_000, int(PAPERS * args.scale))
    with Storage(folder_of(papers) / FILE) as storage:
        bench = opened(storage, papers, TYPED)
        figures: dict[str, float | int | str] = {"papers": papers, "titles": len(bench.asked)}
        _suggest(bench, [title[:9] for _, title in bench.asked[:50]])
        figures |= _times("letters", bench, [title[:n] for n in _LENGTHS for _, title in bench.asked])
        figures |= _times("short", bench, [word[:n] for n in (1, 2) for word in _words(bench)])
        known = storage.papers.many([key for key, _ in bench.asked])
        ids = [paper.name for paper in known]
        figures |= _times("ids", bench, [name[:n] for n in (4, 5, 6, 8, 10) for name in ids])
        links = (link for key, _ in bench.asked for link in storage.links.of_paper(key))
        slugs = [f"github.com/{link.repository.slug}" for link in links]
        figures |= _times("addresses", bench, [slug[:n] for n in (12, 14, 16, 20, 99) for slug in slugs])
        figures |= _found(bench)
    show(figures, as_json=args.json)


def _words(bench: Bench) -> list[str]:
    rng = random.Random(4)
    return [rng.choice(title.split()) for _, title in bench.asked]


def _suggest(bench: Bench, texts: Sequence[str]) -> list[float]:
    seconds: list[float] = []
    for n, text in enumerate(texts):
        person = str(n)  # nobody types so much
        request = Request(Address("telegram", person), text, sender=person, alone=True)
        with timed(seconds):
            offers = suggest(bench.answers, request, 1)
            for offer in offers.offers if offers else ():
                render(offer.message)
    return seconds


def _times(name: str, bench: Bench, texts: Sequence[str]) -> dict[str, float]:
    seconds = _suggest(bench, texts)
    return {
        f"{name}_p50_ms": percentile_ms(seconds, 50),
        f"{name}_p99_ms": percentile_ms(seconds, 99),
        f"{name}_max_ms": round(1000 * max(seconds), 3),
    }


def _found(bench: Bench) -> dict[str, float]:
    figures: dict[str, float] = {}
    for letters in (10, 20, 30):
        pages = [bench.answers.suggesting.suggest(title[:letters], _ANYBODY).papers for _, title in bench.asked]
        on_page = zip(bench.asked, pages, strict=True)
        figures[f"found_{letters}"] = share([key in (found.paper.key for found in page) for (key, _), page in on_page])
    return figures


if __name__ == "__main__":
    main()
