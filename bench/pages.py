"""The pages that docs/ shows: a review of 2018-H2 from a made-up catalogue of the shape that the article tells of, one
from the starter catalogue alone, and one of any other catalogue; each as a phone and a desktop show it, light and dark.

    python bench/pages.py OUT [--data FOLDER --period 2026-Q1 --now 2026-04-02T09:00:00Z]

Pictures need Chromium (Debian's package `chromium`); without it the pages alone are written.
"""

import argparse
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # because: a script, run from anywhere

from PIL import Image, ImageChops

from bot.answers.trends import Trends
from bot.domain.feed import Source
from bot.domain.trends import Month
from bot.jobs.seed import seed
from handlers.review import write
from storage import FILE, Storage
from tests.planted import plant, starred

NOW: Final = datetime(2019, 1, 10, 9, tzinfo=UTC)
_DECEMBER: Final = Month.at(datetime(2018, 12, 1, tzinfo=UTC))
_TALL: Final = 14_000  # pixels: more than any page has
_WIDEST: Final = 720  # pixels of a picture that is kept
_MONTHS: Final = 36
_PAPERS: Final = 2_200  # of the last month
_GROWTH: Final = 1.035
# Field and topic: their share of the papers at the end, and how that has grown in a month.
_FIELDS: Final = (
    ("cs.CV", "detection and segmentation", 0.11, 1.0),
    ("cs.CV", "generative models", 0.13, 1.012),
    ("cs.CV", "recognition of images", 0.09, 0.985),
    ("cs.LG", "reinforcement learning", 0.09, 1.01),
    ("cs.LG", "learning with less", 0.1, 1.005),
    ("cs.LG", "graphs", 0.06, 1.03),
    ("cs.LG", "", 0.12, 1.0),
    ("stat.ML", "theory and optimization", 0.1, 0.98),
    ("cs.CL", "translation and text", 0.09, 1.0),
    ("cs.CL", "language models", 0.05, 1.03),
    ("cs.RO", "robotics", 0.04, 1.0),
    ("cs.NE", "", 0.02, 0.97),
)
# By whom, its paper, and the stars that it gained.
_STARRED: Final = (
    ("google-research/bert", "BERT: Pre-training of Deep Bidirectional Transformers", True, 13_200),
    ("NVIDIA/vid2vid", "Video-to-Video Synthesis", True, 5_300),
    ("deepmind/graph_nets", "Relational inductive biases, deep learning, and graph networks", True, 3_200),
    ("jantic/DeOldify", "Self-Attention Generative Adversarial Networks", False, 5_900),
    ("codertimo/BERT-pytorch", "BERT: Pre-training of Deep Bidirectional Transformers", False, 2_400),
    ("matterport/Mask_RCNN", "Mask R-CNN", False, 3_600),
)


def article(storage: Storage) -> None:
    """Three years of papers that grow by 3.5 % a month to 2,200; 12 % have code, 15 % of the last half-year's."""
    rng = random.Random(2018)
    for back in reversed(range(_MONTHS)):
        month, whole = _DECEMBER + -back, _PAPERS * _GROWTH**-back * rng.uniform(0.97, 1.03)
        sizes = [share * grown**-back for _, _, share, grown in _FIELDS]
        for (field, topic, _, _), size in zip(_FIELDS, sizes, strict=True):
            papers = round(whole * size / sum(sizes))
            code = papers * (0.15 if back < 6 else 0.109) * rng.uniform(0.9, 1.1)
            official, community = round(code * 0.62), round(code * 0.38)
            names = list(_frameworks(rng, back, official + community))
            for late, part in ((0, 0.6), (20, 0.25), (70, 0.15)):
                some = round(papers * part)
                told = {"official": round(official * part), "community": round(community * part)}
                plant(storage, month, some, **told, late=late, field=field, topic=topic, frameworks=names)
    for n, (slug, title, official, gained) in enumerate(_STARRED):
        _take_off(storage, slug, title, official=official, gained=gained, begins=n)
    with storage.write():
        storage.database.execute(
            "UPDATE papers SET code_at = NULL WHERE code_at > ?", (int(NOW.timestamp()),)
        )  # not come yet
        gone = "SELECT repository FROM links WHERE first_seen > ?"
        storage.database.execute(f"DELETE FROM repositories WHERE id IN ({gone})", (int(NOW.timestamp()),))


def _frameworks(rng: random.Random, back: int, many: int) -> Iterator[str]:
    """TensorFlow leads; PyTorch comes from nothing in two years."""
    torch = max(0.38 - 0.016 * back, 0.0)
    weights = {"pytorch": torch, "tensorflow": 0.42, "keras": 0.06, "caffe": 0.02 + 0.004 * back, "": 0.16}
    yield from rng.choices(list(weights), list(weights.values()), k=many)


def _take_off(storage: Storage, slug: str, title: str, *, official: bool, gained: int, begins: int) -> None:
    """A repository of that name, whose stars come fast and then more slowly, and which stood on trending pages."""
    db, (owner, name) = storage.database, slug.split("/")
    key, paper = db.rows(
        "SELECT repository, paper FROM links JOIN papers ON papers.id = paper WHERE official = ? AND published > ? "
        "AND instr(title, 'Nets ') = 1 ORDER BY links.id LIMIT 1 OFFSET ?",
        (official, int((_DECEMBER + -4).begin.timestamp()), 40 * begins),
    )[0]
    first = (_DECEMBER + -5).begin + timedelta(days=20 * begins)
    days = (_DECEMBER.end - first).days
    curve = [(first + timedelta(days=day), round(gained * (day / days) ** 0.6)) for day in range(days + 1)]
    starred(storage, key, [((_DECEMBER + -6).begin, 0), *curve])
    with storage.write():
        db.execute("UPDATE repositories SET owner = ?, name = ?, stars = ? WHERE id = ?", (owner, name, gained, key))
        db.execute("UPDATE papers SET title = ? WHERE id = ?", (title, paper))
        feed = storage.feeds.want(Source.TRENDING, "https://t.test/", "daily", now=NOW, interval_s=3600, trusted=True)
        db.execute_many(
            "INSERT INTO sightings (feed, day, repository, rank, gained) VALUES (?, ?, ?, 1, 90)",
            ((feed.key, f"{first + timedelta(days=day):%Y-%m-%d}", key) for day in range(gained // 600)),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, help="a data folder; it is copied")
    parser.add_argument("--period", default="last month")
    parser.add_argument("--now", type=datetime.fromisoformat, default=datetime.now(UTC))
    args = parser.parse_args()
    if args.data:
        _pages(args.out, args.period, args.now, args.data)
        return
    with TemporaryDirectory() as folder:
        for name, fill in (("article", article), ("starter", lambda storage: seed(storage, NOW))):
            with Storage(Path(folder) / name / FILE) as storage:
                fill(storage)
            _pages(args.out / name, "2018-H2", NOW, Path(folder) / name)


def _pages(out: Path, period: str, now: datetime, data: Path) -> None:
    with TemporaryDirectory() as folder:
        shutil.copytree(data, folder, dirs_exist_ok=True)
        with Storage(Path(folder) / FILE) as storage:
            page, *_ = write(Trends(storage, lambda: now).review(period), out)
    print(page)
    if chromium := shutil.which("chromium"):
        for width, name in ((1200, "desktop"), (375, "phone")):
            for dark in (False, True):
                _picture(chromium, page, page.with_name(f"{page.stem}-{name}{'-dark' * dark}.png"), width, dark=dark)
        _run(chromium, f"--print-to-pdf={page.with_suffix('.pdf')}", "--no-pdf-header-footer", page.resolve().as_uri())


def _picture(chromium: str, page: Path, picture: Path, width: int, *, dark: bool) -> None:
    """All of a page, in a frame of that width, as a window can't be as narrow as a phone."""
    frame = page.with_suffix(".frame.html")
    style = f"border: 0; display: block; width: {width}px; height: {_TALL}px"
    frame.write_text(f'<body style="margin: 0"><iframe src="{page.name}" style="{style}"></iframe>', "utf-8")
    scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
    size = f"--window-size={max(width, 500)},{_TALL}"
    _run(chromium, f"--screenshot={picture}", size, scheme, "--hide-scrollbars", frame.resolve().as_uri())
    frame.unlink()
    with Image.open(picture) as shown:
        cut = shown.crop((0, 0, width, shown.height)).convert("RGB")
    ground = Image.new("RGB", cut.size, cut.getpixel((0, cut.height - 1)))
    _, _, _, below = ImageChops.difference(cut, ground).getbbox() or (0, 0, 0, cut.height)
    whole = cut.crop((0, 0, width, min(below + 24, cut.height)))
    if width > _WIDEST:
        whole = whole.resize((_WIDEST, whole.height * _WIDEST // width), Image.Resampling.LANCZOS)
    few = whole.quantize(64, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(picture, optimize=True)


def _run(chromium: str, *words: str) -> None:
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)


if __name__ == "__main__":
    main()
