"""What trends are told from: monthly counts, kept by triggers whatever room changes a paper, a link or a repository.

    papers, links, repositories, archive_links
      → trend_links   each link that counts as code      (the view `links_counted` says which, and as what)
      → trend_papers  each paper, as it is counted       (the view `papers_counted`)
      → trend_months, trend_lags, trend_frameworks       sums of these rows, by scope

A row that changes takes its old part out of the sums and puts its new one in, in the same transaction, so that nothing
can drift; tests/storage/test_trends.py counts again after every kind of change. A scope is '' (all papers), a primary
category ("cs.CV"), or "topic …". A month is a number such as 202603; 0: not known.
"""

import re
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
_FIRST: Final = "(SELECT official FROM trend_links WHERE trend_links.paper = {} ORDER BY at, official DESC LIMIT 1)"
_FOLLOWED_IN: Final = f"iif({_FOLLOWED}, {_month('announced_at')}, 0)"

TABLES: Final = """
-- Trends -------------------------------------------------------------------------------------------------------------
CREATE TABLE trend_links (                 -- a link that counts as its paper's code
  link INTEGER PRIMARY KEY REFERENCES links ON DELETE CASCADE,
  paper INTEGER NOT NULL,
  repository INTEGER NOT NULL,
  official INTEGER NOT NULL,
  month INTEGER NOT NULL,                  -- the paper's
  made INTEGER NOT NULL,                   -- the repository's
  field TEXT NOT NULL,                     -- the paper's primary category
  framework TEXT NOT NULL,                 -- the primary one; none: looked and found none; unknown: not looked
  at INTEGER NOT NULL                      -- when the link was first seen
) STRICT;
CREATE INDEX trend_links_of_paper ON trend_links (paper, at, official);
CREATE INDEX trend_links_of_month ON trend_links (official, month, repository);
CREATE INDEX trend_links_of_repository ON trend_links (repository, official, paper);

CREATE TABLE trend_papers (                -- a paper, as it is counted
  paper INTEGER PRIMARY KEY REFERENCES papers ON DELETE CASCADE,
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
  iif(created IS NULL, 0, {_month("created")}) AS made, {_FIELD} AS field,
  CASE
    WHEN frameworks != '' THEN substr(frameworks, 1, instr(frameworks || ' ', ' ') - 1)
    WHEN framework = 'tf' THEN 'tensorflow'
    WHEN framework != '' THEN framework
    WHEN contents = 'source' AND inside_at IS NOT NULL THEN 'none'
    ELSE 'unknown'
  END AS framework, first_seen AS at
FROM links CROSS JOIN papers ON papers.id = paper CROSS JOIN repositories ON repositories.id = repository
LEFT JOIN archive_links ON archive_links.link = links.id
WHERE official IS NOT NULL AND confidence >= {SURE} AND state != 'missing'
  AND contents NOT IN ('empty', 'placeholder');

CREATE VIEW papers_counted AS
SELECT paper, month, field, topic, code, {_FOLLOWED_IN} AS followed, iif({_CAME}, {_DAYS}, -1) AS days,
  iif({_CAME}, {_FIRST.format("known.paper")}, 0) AS official
FROM (
  SELECT id AS paper, published, seen_at, announced_at, code_at, {_WRITTEN} AS month, {_FIELD} AS field, topic,
    (SELECT coalesce(max(official) * 2 + max(1 - official), 0) FROM trend_links WHERE paper = papers.id) AS code
  FROM papers
) known;
"""

_LINK: Final = ("link", "paper", "repository", "official", "month", "made", "field", "framework", "at")
_PAPER: Final = ("paper", "month", "field", "topic", "code", "followed", "days", "official")
_PLACE: Final = ("month", "field", "topic")
_WAITED: Final = "field, topic, followed, days, official"


def _upsert(table: str, view: str, columns: tuple[str, ...], where: str) -> str:
    key, *rest = columns
    names = ", ".join(rest)
    return (
        f"INSERT INTO {table} SELECT {key}, {names} FROM {view} WHERE {where} ON CONFLICT ({key}) DO UPDATE SET "
        f"({names}) = ({', '.join(f'excluded.{name}' for name in rest)}) "
        f"WHERE ({', '.join(f'{table}.{name}' for name in rest)}) IS NOT "
        f"({', '.join(f'excluded.{name}' for name in rest)});"
    )


def _links(where: str) -> str:
    """Count the links again of which this is so."""
    some = f"link IN (SELECT id FROM links WHERE {where})"
    return (
        f"DELETE FROM trend_links WHERE {some} AND link NOT IN (SELECT link FROM links_counted WHERE {some});\n  "
        + _upsert("trend_links", "links_counted", _LINK, some)
    )


def _paper(key: str) -> str:
    """Count this paper again."""
    return _upsert("trend_papers", "papers_counted", _PAPER, f"paper = {key}")


def _new(expression: str) -> str:
    """An expression about a paper, of the row that a trigger of `papers` has in hand: nothing is looked up for it."""
    return re.sub(r"\b(published|categories|seen_at|announced_at|code_at)\b", r"NEW.\1", expression)


def _code(key: str) -> str:
    """Count this paper's code again: its other columns don't change with a link."""
    names = "code, followed, days, official"
    return (
        f"UPDATE trend_papers SET ({names}) = (SELECT {names} FROM papers_counted WHERE paper = {key}) "
        f"WHERE paper = {key} AND EXISTS (SELECT 1 FROM papers WHERE id = {key});"
    )


def _scopes(row: str) -> str:
    """The scopes under which a row is counted."""
    return (
        f"(SELECT '' AS scope UNION ALL SELECT {row}.field WHERE {row}.field != '' "
        f"UNION ALL SELECT 'topic ' || {row}.topic WHERE {row}.topic != '')"
    )


def _months(row: str, sign: str) -> str:
    columns = ", ".join(f"{name} = {name} + excluded.{name}" for name in ("papers", "community", "official", "both"))
    return (
        f"INSERT INTO trend_months SELECT scope, {row}.month, {sign}1, {sign}({row}.code = 1), {sign}({row}.code = 2), "
        f"{sign}({row}.code = 3) FROM {_scopes(row)} WHERE true ON CONFLICT DO UPDATE SET {columns};"
    )


def _lags(row: str, sign: str) -> str:
    return (
        f"INSERT INTO trend_lags SELECT scope, {row}.followed, {row}.days, {row}.official, {sign}1 "
        f"FROM {_scopes(row)} WHERE {row}.followed != 0 ON CONFLICT DO UPDATE SET papers = papers + excluded.papers;"
    )


def _frameworks(row: str, sign: str) -> str:
    return (
        f"INSERT INTO trend_frameworks SELECT scope, basis, month, {row}.official, {row}.framework, {sign}1 "
        f"FROM (SELECT '' AS scope UNION ALL SELECT {row}.field WHERE {row}.field != '') "
        f"CROSS JOIN (SELECT 'paper' AS basis, {row}.month AS month UNION ALL SELECT 'repository', {row}.made) "
        "WHERE true ON CONFLICT DO UPDATE SET links = links + excluded.links;"
    )


def _trigger(name: str, event: str, *body: str) -> str:
    return f"CREATE TRIGGER {name} AFTER {event} BEGIN\n  " + "\n  ".join(body) + "\nEND;\n"


def _changed(*columns: str) -> str:
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("OLD", "NEW"))
    return f"WHEN ({old}) IS NOT ({new})"


def _on(columns: tuple[str, ...], table: str) -> str:
    return f"UPDATE OF {', '.join(columns)} ON {table} {_changed(*columns)}"


_DATED: Final = ("published", "categories")
_NAMED: Final = (*_DATED, "topic")
_TOLD: Final = ("announced_at", "code_at", "seen_at")
# A new paper has no links; and of one that is announced, or whose code is, nothing else changes. That is most of what
# happens, so it is done without the view.
_ADD: Final = (
    f"INSERT INTO trend_papers SELECT NEW.id, {_new(_WRITTEN)}, {_new(_FIELD)}, NEW.topic, code, "
    f"{_new(_FOLLOWED_IN)}, -1, 0 FROM (SELECT 0 AS code);"
)
_WAIT: Final = (
    f"UPDATE trend_papers SET followed = {_new(_FOLLOWED_IN)}, days = iif({_new(_CAME)}, {_new(_DAYS)}, -1), "
    f"official = iif({_new(_CAME)}, {_FIRST.format('NEW.id')}, 0) WHERE paper = NEW.id;"
)

_FRAMEWORK: Final = _upsert("trend_links", "links_counted", _LINK, "link = NEW.link")
_CODED: Final = (
    "UPDATE trend_months SET "
    + ", ".join(
        f"{name} = {name} + (NEW.code = {code}) - (OLD.code = {code})"
        for code, name in enumerate(("community", "official", "both"), start=1)
    )
    + " WHERE month = NEW.month AND scope IN ('', NEW.field, 'topic ' || NEW.topic);"
)

TRIGGERS: Final = "\n" + "".join(
    (
        _trigger("trends_paper_added", "INSERT ON papers", _ADD),
        _trigger("trends_paper_dated", _on(_DATED, "papers"), _links("paper = NEW.id")),
        _trigger("trends_paper_named", _on(_NAMED, "papers"), _paper("NEW.id")),
        _trigger("trends_paper_told", _on(_TOLD, "papers"), _WAIT),
        _trigger(
            "trends_link_added",
            "INSERT ON links",
            f"INSERT INTO trend_links SELECT {', '.join(_LINK)} FROM links_counted WHERE link = NEW.id;",
        ),
        _trigger(
            "trends_link_weighed",
            _on(("paper", "repository", "official", "confidence", "first_seen"), "links"),
            _links("id = NEW.id"),
        ),
        _trigger(
            "trends_repository_learnt",
            _on(("state", "contents", "frameworks", "created", "inside_at"), "repositories"),
            _links("repository = NEW.id"),
        ),
        _trigger("trends_archive_added", "INSERT ON archive_links WHEN NEW.framework != ''", _FRAMEWORK),
        _trigger("trends_archive_told", _on(("framework",), "archive_links"), _FRAMEWORK),
        _trigger("trend_links_added", "INSERT ON trend_links", _frameworks("NEW", "+"), _code("NEW.paper")),
        _trigger(
            "trend_links_changed",
            f"UPDATE ON trend_links {_changed('official', 'month', 'made', 'field', 'framework')}",
            _frameworks("OLD", "-"),
            _frameworks("NEW", "+"),
        ),
        _trigger(
            "trend_links_moved",
            f"UPDATE ON trend_links {_changed('paper', 'official', 'at')}",
            _code("OLD.paper"),
            _code("NEW.paper"),
        ),
        _trigger("trend_links_removed", "DELETE ON trend_links", _frameworks("OLD", "-"), _code("OLD.paper")),
        _trigger("trend_papers_added", "INSERT ON trend_papers", _months("NEW", "+"), _lags("NEW", "+")),
        _trigger(
            "trend_papers_moved",
            f"UPDATE ON trend_papers {_changed(*_PLACE)}",
            _months("OLD", "-"),
            _months("NEW", "+"),
        ),
        _trigger(
            "trend_papers_coded",
            f"UPDATE ON trend_papers {_changed('code')} AND NOT {_changed(*_PLACE).removeprefix('WHEN ')}",
            _CODED,
        ),
        _trigger(
            "trend_papers_waited",
            f"UPDATE ON trend_papers {_changed(*_WAITED.split(', '))}",
            _lags("OLD", "-"),
            _lags("NEW", "+"),
        ),
        _trigger("trend_papers_removed", "DELETE ON trend_papers", _months("OLD", "-"), _lags("OLD", "-")),
    )
)

TRENDS: Final = f"{TABLES}{VIEWS}{TRIGGERS}"

_BY_SCOPE: Final = (
    "(SELECT '' AS scope, trend_papers.* FROM trend_papers UNION ALL SELECT field, * FROM trend_papers "
    "WHERE field != '' UNION ALL SELECT 'topic ' || topic, * FROM trend_papers WHERE topic != '')"
)
# The sums, counted from the rows.
MONTHS: Final = (
    f"SELECT scope, month, count(*), sum(code = 1), sum(code = 2), sum(code = 3) FROM {_BY_SCOPE} GROUP BY 1, 2"
)
LAGS: Final = (
    f"SELECT scope, followed, days, official, count(*) FROM {_BY_SCOPE} WHERE followed != 0 GROUP BY 1, 2, 3, 4"
)
FRAMEWORKS: Final = (
    "SELECT scope, basis, month, official, framework, count(*) FROM ("
    + " UNION ALL ".join(
        f"SELECT {scope} AS scope, '{basis}' AS basis, {month} AS month, official, framework FROM trend_links{only}"
        for basis, month in (("paper", "month"), ("repository", "made"))
        for scope, only in (("''", ""), ("field", " WHERE field != ''"))
    )
    + ") GROUP BY 1, 2, 3, 4, 5"
)
# All of it for a file that has none yet, before the triggers are there.
COUNT_ALL: Final = (
    f"INSERT INTO trend_links SELECT {', '.join(_LINK)} FROM links_counted",
    f"INSERT INTO trend_papers SELECT {', '.join(_PAPER)} FROM papers_counted",
    f"INSERT INTO trend_months {MONTHS}",
    f"INSERT INTO trend_lags {LAGS}",
    f"INSERT INTO trend_frameworks {FRAMEWORKS}",
)
