"""What trends are told from: monthly counts, kept whatever room changes a paper, a link or a repository.

    papers, links, repositories, archive_links
      → trend_changed                                    papers to be counted again, noted by triggers
      → trend_links   each link that counts as code      (the view `links_counted` says which, and as what)
      → trend_papers  each paper, as it is counted       (the view `papers_counted`)
      → trend_months, trend_lags, trend_frameworks       sums of these rows, by scope

The end of each transaction (`SETTLE`) counts what it has changed, all papers at once: their old rows leave the sums and
their new ones join them, so that nothing can drift; tests/storage/test_trends.py counts again after every kind of
change. A scope is '' (all papers), a primary category ("cs.CV"), or "topic …". A month is a number such as 202603; 0:
not known.
"""

from typing import Final

SURE: Final = 0.7  # as in bot.rules.weighing when this was written; another value takes a migration


def _month(seconds: str) -> str:
    return f"CAST(strftime('%Y%m', {seconds}, 'unixepoch') AS INTEGER)"


# Midnight of New Year's Day stands for a year of which no more is known (the starter catalogue, proceedings).
_YEAR_ALONE: Final = "published % 86400 = 0 AND strftime('%m%d', published, 'unixepoch') = '0101'"
_WRITTEN: Final = f"iif(published IS NULL OR {_YEAR_ALONE}, 0, {_month('published')})"
_FIELD: Final = "substr(categories, 1, instr(categories || ' ', ' ') - 1)"
# Whether a paper was seen from its announcement on, in the two weeks after it was written, and its code's day is known.
_FOLLOWED: Final = (
    "announced_at BETWEEN published - 86400 AND published + 1209600 AND seen_at <= published + 1209600 "
    "AND (code_at IS NOT NULL OR NOT code)"
)
_CAME: Final = f"code_at IS NOT NULL AND code AND {_FOLLOWED}"
_DAYS: Final = "max(min((code_at - announced_at) / 86400, 366), 0)"
_FIRST: Final = "(SELECT official FROM trend_links WHERE paper = known.paper ORDER BY at, official DESC LIMIT 1)"
_CODE: Final = (
    "(SELECT coalesce(max(official) * 2 + max(1 - official), 0) FROM trend_links WHERE trend_links.paper = papers.id)"
)

TABLES: Final = """
-- Trends -------------------------------------------------------------------------------------------------------------
CREATE TABLE trend_changed (paper INTEGER PRIMARY KEY) STRICT;  -- to be counted again; empty between transactions

CREATE TABLE trend_links (                 -- a link that counts as its paper's code
  link INTEGER PRIMARY KEY,
  paper INTEGER NOT NULL,
  repository INTEGER NOT NULL,
  official INTEGER NOT NULL,
  month INTEGER NOT NULL,                  -- the paper's
  made INTEGER NOT NULL,                   -- the repository's
  field TEXT NOT NULL,                     -- the paper's primary category
  topic TEXT NOT NULL,
  framework TEXT NOT NULL,                 -- the primary one; none: its files name none; unknown: nobody has read them
  at INTEGER NOT NULL                      -- when the link was first seen
) STRICT;
CREATE INDEX trend_links_of_paper ON trend_links (paper, at, official);
CREATE INDEX trend_links_of_month ON trend_links (official, month, repository);
CREATE INDEX trend_links_of_repository ON trend_links (repository, official, field, topic, paper);

CREATE TABLE trend_papers (                -- a paper, as it is counted
  paper INTEGER PRIMARY KEY,
  month INTEGER NOT NULL,
  field TEXT NOT NULL,
  topic TEXT NOT NULL,
  code INTEGER NOT NULL,                   -- 0: none; 1: by others; 2: by its authors; 3: both
  followed INTEGER NOT NULL,               -- the month in which it was announced; 0: it wasn't followed from then on
  days INTEGER NOT NULL,                   -- from then to its code, 366 at most; -1: none yet
  official INTEGER NOT NULL                -- 1: the authors' own code came first
) STRICT;

CREATE TABLE trend_months (                -- papers by the month of their first version
  scope TEXT NOT NULL,
  month INTEGER NOT NULL,
  papers INTEGER NOT NULL,
  community INTEGER NOT NULL,              -- of these with code by others alone, by the authors alone, by both
  official INTEGER NOT NULL,
  both INTEGER NOT NULL,
  PRIMARY KEY (scope, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE trend_lags (                  -- followed papers by how long they waited for their code
  scope TEXT NOT NULL,
  month INTEGER NOT NULL,
  days INTEGER NOT NULL,
  official INTEGER NOT NULL,
  papers INTEGER NOT NULL,
  PRIMARY KEY (scope, month, days, official)
) STRICT, WITHOUT ROWID;

CREATE TABLE trend_frameworks (            -- links by the month of their paper, or of their repository
  scope TEXT NOT NULL,
  basis TEXT NOT NULL,                     -- paper or repository
  month INTEGER NOT NULL,
  official INTEGER NOT NULL,
  framework TEXT NOT NULL,
  links INTEGER NOT NULL,
  PRIMARY KEY (scope, basis, month, official, framework)
) STRICT, WITHOUT ROWID;
"""

VIEWS: Final = f"""
CREATE VIEW links_counted AS
SELECT links.id AS link, paper, repository, official, {_WRITTEN} AS month,
  iif(created IS NULL, 0, {_month("created")}) AS made, {_FIELD} AS field, topic,
  CASE
    WHEN frameworks != '' THEN substr(frameworks, 1, instr(frameworks || ' ', ' ') - 1)
    WHEN framework = 'tf' THEN 'tensorflow'
    WHEN framework != '' THEN framework
    WHEN contents = 'source' AND listed THEN 'none'
    ELSE 'unknown'
  END AS framework, first_seen AS at
FROM links CROSS JOIN papers ON papers.id = paper CROSS JOIN repositories ON repositories.id = repository
LEFT JOIN archive_links ON archive_links.link = links.id
WHERE official IS NOT NULL AND confidence >= {SURE} AND state != 'missing'
  AND contents NOT IN ('empty', 'placeholder');

CREATE VIEW papers_counted AS
SELECT paper, month, field, topic, code, iif({_FOLLOWED}, {_month("announced_at")}, 0) AS followed,
  iif({_CAME}, {_DAYS}, -1) AS days, iif({_CAME}, {_FIRST}, 0) AS official
FROM (
  SELECT id AS paper, published, seen_at, announced_at, code_at, {_WRITTEN} AS month, {_FIELD} AS field, topic,
    {_CODE} AS code
  FROM papers
) known;
"""


# Which papers have changed --------------------------------------------------------------------------------------------


def _trigger(name: str, event: str, *papers: str) -> str:
    noted = "".join(f"\n  INSERT OR IGNORE INTO trend_changed {paper};" for paper in papers)
    return f"CREATE TRIGGER {name} AFTER {event} BEGIN{noted}\nEND;\n"


def _on(table: str, *columns: str) -> str:
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("OLD", "NEW"))
    return f"UPDATE OF {', '.join(columns)} ON {table} WHEN ({old}) IS NOT ({new})"


_OF_REPOSITORY: Final = "SELECT paper FROM links WHERE repository = NEW.id"
_OF_LINK: Final = "SELECT paper FROM links WHERE id = NEW.link"
TRIGGERS: Final = "\n" + "".join(
    _trigger(f"trends_{name}", event, *papers)
    for name, event, *papers in (
        ("paper_added", "INSERT ON papers", "VALUES (NEW.id)"),
        (
            "paper_changed",
            _on("papers", "published", "categories", "topic", "announced_at", "code_at", "seen_at"),
            "VALUES (NEW.id)",
        ),
        ("paper_removed", "DELETE ON papers", "VALUES (OLD.id)"),
        ("link_added", "INSERT ON links", "VALUES (NEW.paper)"),
        (
            "link_changed",
            _on("links", "paper", "repository", "official", "confidence", "first_seen"),
            "VALUES (OLD.paper), (NEW.paper)",
        ),
        ("link_removed", "DELETE ON links", "VALUES (OLD.paper)"),
        (
            "repository_changed",
            _on("repositories", "state", "contents", "frameworks", "created", "listed"),
            _OF_REPOSITORY,
        ),
        ("archive_added", "INSERT ON archive_links WHEN NEW.framework != ''", _OF_LINK),
        ("archive_changed", _on("archive_links", "framework"), _OF_LINK),
    )
)

TRENDS: Final = f"{TABLES}{VIEWS}{TRIGGERS}"


# Counting -------------------------------------------------------------------------------------------------------------

_LINK: Final = "link, paper, repository, official, month, made, field, topic, framework, at"
_PAPER: Final = "paper, month, field, topic, code, followed, days, official"
_ALL: Final = "true"
_CODES: Final = ("community", "official", "both")
_CHANGED: Final = "paper IN (SELECT paper FROM trend_changed)"


def _told(columns: str, sums: str, table: str, which: str) -> str:
    """These rows counted once, and then each under every scope in which it counts."""
    return (
        f"WITH told AS MATERIALIZED (SELECT field, topic, {columns}, {sums} FROM {table} WHERE {which} "
        f"GROUP BY field, topic, {columns}), scoped AS (SELECT '' AS scope, * FROM told UNION ALL SELECT field, * "
        "FROM told WHERE field != '' UNION ALL SELECT 'topic ' || topic, * FROM told WHERE topic != '')"
    )


def _months(which: str, sign: str = "") -> str:
    codes = ", ".join(f"sum(code = {code}) AS {name}" for code, name in enumerate(_CODES, start=1))
    told = _told("month", f"count(*) AS papers, {codes}", "trend_papers", which)
    sums = ", ".join(f"{sign}sum({name})" for name in ("papers", *_CODES))
    return f"{told} SELECT scope, month, {sums} FROM scoped WHERE true GROUP BY 1, 2"


def _lags(which: str, sign: str = "") -> str:
    told = _told("followed, days, official", "count(*) AS papers", "trend_papers", f"{which} AND followed != 0")
    return (
        f"{told} SELECT scope, followed, days, official, {sign}sum(papers) FROM scoped WHERE true GROUP BY 1, 2, 3, 4"
    )


def _frameworks(which: str, sign: str = "") -> str:
    told = _told("month, made, official, framework", "count(*) AS links", "trend_links", which)
    both = " UNION ALL ".join(
        f"SELECT scope, '{basis}' AS basis, {month} AS month, official, framework, links FROM scoped"
        for basis, month in (("paper", "month"), ("repository", "made"))
    )
    return (
        f"{told} SELECT scope, basis, month, official, framework, {sign}sum(links) FROM ({both}) WHERE true "
        "GROUP BY 1, 2, 3, 4, 5"
    )


# The sums, counted from the rows.
MONTHS: Final = _months(_ALL)
LAGS: Final = _lags(_ALL)
FRAMEWORKS: Final = _frameworks(_ALL)
# All of it for a file that has none yet, before the triggers are there.
COUNT_ALL: Final = (
    f"INSERT INTO trend_links SELECT {_LINK} FROM links_counted",
    f"INSERT INTO trend_papers SELECT {_PAPER} FROM papers_counted",
    f"INSERT INTO trend_months {MONTHS}",
    f"INSERT INTO trend_lags {LAGS}",
    f"INSERT INTO trend_frameworks {FRAMEWORKS}",
)


def _add(table: str, rows: str, *sums: str) -> str:
    added = ", ".join(f"{name} = {name} + excluded.{name}" for name in sums)
    return f"INSERT INTO {table} {rows} ON CONFLICT DO UPDATE SET {added}"


def _replace(table: str, view: str, columns: str) -> tuple[str, ...]:
    return (
        f"DELETE FROM {table} WHERE {_CHANGED}",
        f"INSERT INTO {table} SELECT {columns} FROM {view} WHERE {_CHANGED}",
    )


def _links(sign: str = "") -> str:
    return _add("trend_frameworks", _frameworks(_CHANGED, sign), "links")


def _papers(sign: str = "") -> tuple[str, str]:
    return (
        _add("trend_months", _months(_CHANGED, sign), "papers", *_CODES),
        _add("trend_lags", _lags(_CHANGED, sign), "papers"),
    )


# What the end of a transaction does; links come first, as papers are counted by theirs.
SETTLE: Final = (
    _links("-"),
    *_replace("trend_links", "links_counted", _LINK),
    _links(),
    *_papers("-"),
    *_replace("trend_papers", "papers_counted", _PAPER),
    *_papers(),
    "DELETE FROM trend_changed",
)
