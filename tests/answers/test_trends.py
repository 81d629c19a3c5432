"""The bird's-eye view, from a planted catalogue to the words: every figure is known beforehand."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.answers.trends import Trends
from bot.domain.feed import Sighting, Source
from bot.domain.trends import Month
from bot.errors import BadQuery
from handlers.console.render import render
from handlers.messages import Chart, Message
from handlers.plots import Plot
from handlers.wording import trends as wording
from storage import Storage
from tests.planted import plant, starred

DECEMBER = Month.at(datetime(2018, 12, 1, tzinfo=UTC))
NOW = datetime(2019, 1, 3, 6, tzinfo=UTC)


@pytest.fixture
def trends(storage: Storage) -> Trends:
    return Trends(storage, lambda: NOW)


def said(message: Message) -> str:
    return render(message, width=200)


def plots(message: Message) -> list[Plot]:
    return [part.curve for part in message.parts if isinstance(part, Chart) and isinstance(part.curve, Plot)]


def halves(storage: Storage) -> None:
    """2017-H1 to 2018-H2: of each month's 100 papers 12 with code; in the last half 15, 10 of them by their authors."""
    for back in range(24):
        new = back < 6
        plant(storage, DECEMBER + -back, 100, official=10 if new else 8, community=5 if new else 4)


def test_the_articles_catalogue_gives_the_articles_sentences(storage: Storage, trends: Trends) -> None:
    """2,200 papers a month that have grown by 3.5 %; 12 % with code, and 15 % of the last six months."""
    for back in range(24):
        papers = round(2200 * 1.035**-back)
        share = 0.15 if back < 6 else 0.1049
        plant(storage, DECEMBER + -back, papers, official=round(papers * share), late=0)
    code = said(wording.code(trends.code("")))
    assert "1 in 7 new papers has code: 15.0 % (14.4–15.7 %; 1,821 of 12,133) of those of Jul to Dec 2018." in code
    assert "Of all papers until then, since Jan 2017: 12.0 % (11.7–12.3 %; 4,385 of 36,565) have code." in code
    papers_said = said(wording.papers(trends.papers("")))
    assert "Every 20 minutes a new paper is born: 2,200 a month in Dec 2018." in papers_said
    assert (
        "Growth: 3.5 % (3.5–3.5 %) a month, 51.1 % (51.1–51.1 %) a year, fitted to Feb 2017 to Dec 2018." in papers_said
    )
    assert "That doubles in 20 months. Moore's law, a doubling every two years, is 41 % a year." in papers_said


def test_coverage_tells_whose_code_and_draws_it(storage: Storage, trends: Trends) -> None:
    halves(storage)
    message = wording.code(trends.code(""))
    told = said(message)
    assert "1 in 7 new papers has code: 15.0 % (12.4–18.1 %; 90 of 600) of those of Jul to Dec 2018." in told
    assert "By their authors, in the last six months: 10.0 % (7.8–12.7 %; 60 of 600)." in told
    assert "cs.CV · with code 15.0 % (12.4–18.1 %) · papers 600" in told
    (plot,) = plots(message)
    assert (plot.finding, len(plot.series[0].points), len(plot.series)) == ("1 in 7 of 2018-H2", 24, 1)
    assert "1 in 10 new papers has code by its authors" in said(wording.code(trends.code("cs.CV official")))
    assert "12.0 % (9.6–14.8 %; 72 of 600) of those of Jan to Jun 2018" in said(wording.code(trends.code("2018-H1")))


def test_code_that_comes_late_isnt_missed_in_the_last_months(storage: Storage, trends: Trends) -> None:
    """Half of all code comes on day 0, half on day 60: December's half is told as what it will be."""
    for back in range(12):
        plant(storage, DECEMBER + -back, 100, official=10)
        if back > 1:
            plant(storage, DECEMBER + -back, 0)
            later = plant(storage, DECEMBER + -back, 100, official=10, late=60)
            assert later
    message = wording.code(trends.code(""))
    assert "Code comes late: of Dec 2018's papers 10.0 % have code by now, and 1" in said(message)
    assert [series.name for series in plots(message)[0].series][1] == "expected"


def test_frameworks_say_none_and_what_was_before(storage: Storage, trends: Trends) -> None:
    for back in range(12):
        names = ["pytorch"] * (20 if back < 6 else 10) + ["tensorflow"] * 15
        plant(storage, DECEMBER + -back, 50, official=40, frameworks=names)
    message = wording.frameworks(trends.frameworks(""))
    assert "Of 240 implementations of papers of Jul to Dec 2018:" in said(message)
    assert (
        "PyTorch · share 50.0 % (43.7–56.3 %; 120) · the period before 25.0 %; +25.0 (+14.5 to +34.7) points"
        in said(message)
    )
    assert "none of them · share 12.5 % (8.9–17.3 %; 30) · the period before 37.5 %; -25.0" in said(message)
    assert [series.name for series in plots(message)[0].series] == ["PyTorch 50 %", "TensorFlow 38 %"]
    assert "too few to tell (0 implementations; I need 30)" in said(wording.frameworks(trends.frameworks("community")))
    by_repository = said(wording.frameworks(trends.frameworks("repository 2018")))
    assert "Of 480 implementations of repositories of Jan to Dec 2018:" in by_repository


def test_fields_and_topics_rise_and_fall(storage: Storage, trends: Trends) -> None:
    for back in range(12):
        new = back < 6
        plant(storage, DECEMBER + -back, 60 if new else 20, official=6, field="cs.CL", topic="language models")
        plant(storage, DECEMBER + -back, 40 if new else 80, field="cs.CV")
        plant(storage, DECEMBER + -back, 10, field="cs.RO")
    told = said(wording.fields(trends.fields("")))
    assert "Of 660 papers of Jul to Dec 2018, beside 660 of Jan to Jun 2018." in told
    assert "cs.CL · share of papers 54.5 % (360) · change +36.4 (+30.3 to +42.0) points · with code 10.0 %" in told
    assert "Rise beyond chance: cs.CL +36.4 (+30.3 to +42.0) points, language models" in told
    assert "Fall beyond chance: cs.CV -36.4" in told
    assert "cs.RO · share of papers 9.1 % (60) · change +0.0" in told


def test_the_most_popular_have_their_paper_and_their_days_on_trending(storage: Storage, trends: Trends) -> None:
    plant(storage, DECEMBER, 10, official=2, community=2)
    for repository, gained in ((1, 900), (2, 20), (3, 5000)):
        counts = [
            (DECEMBER.begin - timedelta(days=back), 10 + gained * (153 - back) // 153) for back in (153, 90, 30, 0)
        ]
        starred(storage, repository, counts)
    with storage.write():
        feed = storage.feeds.want(Source.TRENDING, "https://t.test/", "daily", now=NOW, interval_s=3600, trusted=True)
        for day in (2, 3):
            sight = Sighting("others0/nets3", rank=1, stars=None, gained=9, language=None)
            storage.repositories.sight(feed.key, DECEMBER.begin.date() + timedelta(days=day), sight, NOW)
    message = wording.popular(trends.popular(""))
    told = said(message)
    assert "github.com/authors/nets1 · +900 ★ by 1 Dec · Nets 1" in told
    assert "github.com/others0/nets3 · +5,000 ★ by 1 Dec · Nets 3" in told
    assert "2 days on trending" in told
    assert "Star history missing for 1 of the 4 repositories with papers." in told
    assert [plot.finding for plot in plots(message)] == ["nets3 leads with +5,000", "nets3 ahead, since Jul 2018"]
    assert "Community code:" not in said(wording.popular(trends.popular("official")))
    hot = said(wording.fields(trends.fields("2018")))
    assert "too few to tell (10 papers; I need 30)" in hot


def test_a_field_or_topic_narrows_frameworks_stars_and_implementers(storage: Storage, trends: Trends) -> None:
    names = ["pytorch"] * 20 + ["tensorflow"] * 20
    plant(storage, DECEMBER, 40, community=40, frameworks=names, field="cs.CL", topic="language models")
    plant(storage, DECEMBER, 40, official=30, frameworks=["jax"] * 30, topic="generative models")
    for repository, gained in ((1, 900), (41, 20)):
        starred(storage, repository, [(DECEMBER.begin, 10), (DECEMBER.begin + timedelta(days=20), 10 + gained)])
    assert "PyTorch · share 50.0 %" in said(wording.frameworks(trends.frameworks("cs.CL")))
    by_topic = said(wording.frameworks(trends.frameworks("diffusion")))
    assert "Frameworks · generative models · 2018-H2" in by_topic
    assert "JAX · share 100.0 %" in by_topic
    assert "github.com/authors/nets41 · +20 ★ by 21 Dec" in said(wording.popular(trends.popular("cs.CV")))
    narrowed = said(wording.popular(trends.popular("language models 2018-12")))
    assert "github.com/others0/nets1 · +900 ★" in narrowed
    assert "nets41" not in narrowed
    assert "Star history missing for 39 of the 40 repositories with papers." in narrowed
    assert trends.community("cs").implementers == (("others0", 20), ("others1", 20))
    assert trends.community("generative models").implementers == ()


def test_what_is_not_known_of_a_period_is_said(storage: Storage, trends: Trends) -> None:
    for back in (0, 1, 4):
        plant(storage, DECEMBER + -back, 100)
    for kind in ("code", "papers", "frameworks", "fields", "community"):
        told = said(getattr(wording, kind)(getattr(trends, kind)("")))
        assert "Fewer than ten papers a month are known of Jul 2018 and Sep to Oct 2018." in told
    assert "Every 7 hours a new paper is born: 100 of Dec 2018." in said(wording.papers(trends.papers("")))
    assert "Fewer than ten" not in said(wording.code(trends.code("2018-12")))
    assert "Fewer than ten" not in said(wording.code(trends.code("2017")))


def test_no_known_framework_is_a_sentence(storage: Storage, trends: Trends) -> None:
    plant(storage, DECEMBER, 40, official=40)
    message = wording.frameworks(trends.frameworks(""))
    assert "None of 40 implementations of papers of Jul to Dec 2018 uses a framework that I know" in said(message)
    assert plots(message) == []


def test_growth_is_told_by_field(storage: Storage, trends: Trends) -> None:
    for back in range(12):
        plant(storage, DECEMBER + -back, 100)
        plant(storage, DECEMBER + -back, round(100 * 1.1**-back), field="cs.CL")
    told = said(wording.papers(trends.papers("")))
    assert "cs.CV · papers 600 · growth a year 0.0 % (0.0–0.0 %)" in told
    assert "cs.CL · papers 479 · growth a year 2" in told


def test_waiting_is_told_as_far_as_it_was_seen(storage: Storage, trends: Trends) -> None:
    plant(storage, DECEMBER + -2, 90, official=9)
    plant(storage, DECEMBER + -2, 10, community=9, late=20)
    message = wording.time(trends.time(""))
    told = said(message)
    assert "Of 100 papers that I followed since they were announced, from Oct 2018 on:" in told
    assert "the first day · 9.0 %" in told
    assert "30 days · 18.0 %" in told
    assert "a year" not in told
    assert "Of 18 with code, 9 (50.0 %) had their authors' first." in told
    assert plots(message)[0].finding == "9 % on the first day, 18 % after 30 days"


def test_the_communitys_part(storage: Storage, trends: Trends) -> None:
    plant(storage, DECEMBER, 100, official=30, community=10)
    told = said(wording.community(trends.community("")))
    assert "Of papers with code, 25.0 % (14.2–40.2 %; 10 of 40) have code by others alone." in told
    assert "30 with the authors' code alone, 10 with others' alone, 0 with both" in told
    assert "github.com/others0 · 5" in told


@pytest.mark.parametrize("kind", list(wording.KINDS))
def test_three_papers_are_too_few_to_tell_and_draw_nothing(storage: Storage, trends: Trends, kind: str) -> None:
    plant(storage, DECEMBER, 3, official=1)
    message = getattr(wording, kind)(getattr(trends, kind)(""))
    assert "too few to tell" in said(message) or kind == "popular"
    assert plots(message) == []
    assert "none that I count gained any" in said(message) or kind != "popular"


@pytest.mark.parametrize("kind", list(wording.KINDS))
def test_an_empty_catalogue_is_told_as_such(trends: Trends, kind: str) -> None:
    assert "this catalogue, as known on 3 Jan 2019" in said(getattr(wording, kind)(getattr(trends, kind)("")))


def test_papers_without_a_month_leave_a_gap_and_no_trend(storage: Storage, trends: Trends) -> None:
    for back in (0, 1, 2, 5, 6, 7, 8, 9, 10):
        plant(storage, DECEMBER + -back, 40)
    assert "How they grow: too few to tell (2 months; I need 6)." in said(wording.papers(trends.papers("")))


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("cs.XX", "I know no papers of “cs.XX”."),
        ("2019-H2", "2019-H2 hasn't begun yet."),
        ("2018-12..2018-01", "2018-12 comes after 2018-01: turn them round."),
        ("cs.CV generative", "One field or topic at a time."),
        ("last", "Last what?"),
        ("2018-12-24", "A day is too short: it takes whole months."),
        ("<script>", "I know no papers of “<script>”."),
    ],
)
def test_words_that_name_nothing_are_told_why(storage: Storage, trends: Trends, words: str, reply: str) -> None:
    plant(storage, DECEMBER, 3, topic="generative models")
    with pytest.raises(BadQuery) as caught:
        trends.code(words)
    assert str(caught.value) == reply
    assert trends.code("generative models official last month").asked.scope == "topic generative models"
    assert trends.code("CS").asked.scope == "cs"
    assert trends.code("diffusion 2018-01 to 2018-04").asked.period.name == "2018-01..2018-04"
    with pytest.raises(BadQuery, match="compared with each other"):
        trends.fields("cs")
