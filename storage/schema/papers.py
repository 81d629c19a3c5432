"""The tables of papers, repositories, the links between them, and the feeds that name them."""

from typing import Final

PAPERS: Final = """
-- Papers -------------------------------------------------------------------------------------------------------------
CREATE TABLE papers (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  abstract TEXT NOT NULL DEFAULT '',
  authors TEXT NOT NULL DEFAULT '',        -- one a line
  categories TEXT NOT NULL DEFAULT '',     -- separated by spaces, the primary one first
  comment TEXT,                            -- NULL: not told yet
  version INTEGER NOT NULL DEFAULT 0,
  enriched INTEGER NOT NULL DEFAULT 0,     -- the version whose comments have been read
  published INTEGER,
  seen_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  looked_at INTEGER,                       -- when the other sources were last asked for its code
  next_look_at INTEGER,                    -- when they are asked again; NULL: no more
  rung INTEGER NOT NULL DEFAULT 0,         -- how many steps of the ladder of looks are behind it
  read_version INTEGER NOT NULL DEFAULT 0, -- the version whose full text has been read
  code_state TEXT NOT NULL DEFAULT 'none',
  announced_at INTEGER,                    -- when it was news
  code_at INTEGER,                         -- when "has code" was news, or was known before it could be
  upvotes INTEGER,                         -- on Hugging Face; NULL: not told
  topic TEXT NOT NULL DEFAULT ''           -- what its title, or the archive's tasks, say that it is about
) STRICT;
CREATE INDEX papers_announced ON papers (announced_at) WHERE announced_at IS NOT NULL;
CREATE INDEX papers_with_code ON papers (code_at) WHERE code_at IS NOT NULL;
CREATE INDEX papers_to_look_for ON papers (next_look_at) WHERE next_look_at IS NOT NULL;
CREATE INDEX papers_to_enrich ON papers (changed_at) WHERE enriched < version;

CREATE TABLE paper_ids (                   -- every id of a paper; 10.48550/arXiv.X is stored as the arXiv id
  scheme TEXT NOT NULL,
  value TEXT NOT NULL,
  paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
  PRIMARY KEY (scheme, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX paper_ids_of ON paper_ids (paper);

CREATE TABLE paper_authors (               -- folded, the last name first: "bengio yoshua"
  name TEXT NOT NULL,
  paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
  PRIMARY KEY (name, paper)
) STRICT, WITHOUT ROWID;
CREATE INDEX paper_authors_of ON paper_authors (paper);

CREATE TABLE paper_names (                 -- hash of a title's words, and of the words before its colon
  hash INTEGER NOT NULL,
  paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
  PRIMARY KEY (hash, paper)
) STRICT, WITHOUT ROWID;
CREATE INDEX paper_names_of ON paper_names (paper);

CREATE VIRTUAL TABLE titles USING fts5 (words, content='', detail='full', tokenize='unicode61 remove_diacritics 0');
CREATE TABLE title_words (word TEXT PRIMARY KEY, papers INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Repositories and links ---------------------------------------------------------------------------------------------
CREATE TABLE repositories (
  id INTEGER PRIMARY KEY,
  host TEXT NOT NULL,
  owner TEXT NOT NULL,                     -- as written
  name TEXT NOT NULL,
  host_id INTEGER,                         -- the host's own number, the lasting identity
  state TEXT NOT NULL DEFAULT 'unchecked',
  stars INTEGER,
  forks INTEGER,
  description TEXT NOT NULL DEFAULT '',
  language TEXT,
  licence TEXT,
  archived INTEGER NOT NULL DEFAULT 0,
  fork INTEGER NOT NULL DEFAULT 0,
  created INTEGER,
  pushed INTEGER,
  etag TEXT,
  seen_at INTEGER NOT NULL,
  checked_at INTEGER,
  next_check_at INTEGER,                   -- NULL: nothing asks for it
  contents TEXT NOT NULL DEFAULT 'unknown',
  frameworks TEXT NOT NULL DEFAULT '',     -- separated by spaces, the primary one first
  hints TEXT NOT NULL DEFAULT '',          -- what it has: dependencies, tests, weights, data, releases
  listed INTEGER NOT NULL DEFAULT 0,       -- 1: its files could be told when somebody last looked inside
  inside_at INTEGER,                       -- when that was
  inside_pushed INTEGER,                   -- what `pushed` was then
  inside_due INTEGER NOT NULL DEFAULT 0,   -- 1: it is new, or has changed since then
  awaited INTEGER NOT NULL DEFAULT 0,      -- 1: an alert waits for a look at it
  release TEXT                             -- the latest one's tag, '' for none; NULL: not told yet
) STRICT;
CREATE UNIQUE INDEX repositories_by_host_id ON repositories (host, host_id) WHERE host_id IS NOT NULL;
CREATE INDEX repositories_by_name ON repositories (name COLLATE NOCASE);
CREATE INDEX repositories_inside_due ON repositories (id) WHERE inside_due = 1;
CREATE INDEX repositories_due ON repositories (next_check_at) WHERE next_check_at IS NOT NULL;

CREATE TABLE repository_names (            -- names come and go: `until` is NULL for the present one
  slug TEXT NOT NULL,                      -- host/owner/name in lower case
  repository INTEGER NOT NULL REFERENCES repositories ON DELETE CASCADE,
  since INTEGER NOT NULL,
  until INTEGER
) STRICT;
CREATE UNIQUE INDEX repository_names_present ON repository_names (slug) WHERE until IS NULL;
CREATE INDEX repository_names_past ON repository_names (slug, until);
CREATE INDEX repository_names_of ON repository_names (repository);

CREATE TABLE links (
  id INTEGER PRIMARY KEY,
  paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
  repository INTEGER NOT NULL REFERENCES repositories ON DELETE CASCADE,
  path TEXT NOT NULL DEFAULT '',
  official INTEGER,                        -- 1, 0 (community) or NULL (undecided)
  confidence REAL NOT NULL,
  first_seen INTEGER NOT NULL,
  UNIQUE (paper, repository)
) STRICT;
CREATE INDEX links_of_repository ON links (repository);

CREATE TABLE evidence (
  link INTEGER NOT NULL REFERENCES links ON DELETE CASCADE,
  kind TEXT NOT NULL,
  place TEXT NOT NULL,
  snippet TEXT NOT NULL,
  official INTEGER,                        -- what this piece says: 1, 0 or NULL
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  PRIMARY KEY (link, kind, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE hidden_links (                -- a chat doesn't want to see this link
  chat INTEGER NOT NULL REFERENCES chats ON DELETE CASCADE,
  link INTEGER NOT NULL REFERENCES links ON DELETE CASCADE,
  PRIMARY KEY (chat, link)
) STRICT, WITHOUT ROWID;
CREATE INDEX hidden_links_of ON hidden_links (link);

CREATE TABLE reports (                     -- what readers say of a link, for the owner to decide
  id INTEGER PRIMARY KEY,
  chat INTEGER NOT NULL REFERENCES chats ON DELETE CASCADE,
  link INTEGER NOT NULL REFERENCES links ON DELETE CASCADE,
  says TEXT NOT NULL,                      -- wrong, official or community
  at INTEGER NOT NULL,
  UNIQUE (chat, link, says)
) STRICT;
CREATE INDEX reports_of ON reports (link);

CREATE TABLE votes (                       -- what a chat thinks of a paper
  chat INTEGER NOT NULL REFERENCES chats ON DELETE CASCADE,
  paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
  vote INTEGER NOT NULL,                   -- 1: saved; -1: less of this
  at INTEGER NOT NULL,
  PRIMARY KEY (chat, paper)
) STRICT, WITHOUT ROWID;
CREATE INDEX votes_of_paper ON votes (paper);

CREATE TABLE repository_events (           -- what happened to a repository, never rewritten
  id INTEGER PRIMARY KEY,
  repository INTEGER NOT NULL REFERENCES repositories ON DELETE CASCADE,
  kind TEXT NOT NULL,                      -- surge, milestone or release
  value TEXT NOT NULL,                     -- a surge's first day, how many stars, or the release's tag
  url TEXT NOT NULL DEFAULT '',
  at INTEGER NOT NULL,
  detail TEXT NOT NULL DEFAULT '',         -- JSON: what is told of it beside
  UNIQUE (repository, kind, value)
) STRICT;

CREATE INDEX repository_events_at ON repository_events (kind, at);

CREATE TABLE star_samples (                -- how many stars there were when; a flat stretch has its two ends alone
  repository INTEGER NOT NULL REFERENCES repositories ON DELETE CASCADE,
  at INTEGER NOT NULL,
  stars INTEGER NOT NULL,
  PRIMARY KEY (repository, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE star_watch (                  -- the repositories whose stars are counted
  repository INTEGER PRIMARY KEY REFERENCES repositories ON DELETE CASCADE,
  since INTEGER NOT NULL,
  pace INTEGER NOT NULL,                   -- seconds between two counts
  next_at INTEGER NOT NULL,
  fresh INTEGER NOT NULL DEFAULT 0,        -- 1: counted, and not judged since
  asked INTEGER NOT NULL DEFAULT 0,        -- 1: somebody watches it
  past_at INTEGER,                         -- when its history was last asked for
  told_at INTEGER,                         -- the surge under way: when it was told, when last seen, at which pace
  seen_at INTEGER,
  told_pace REAL
) STRICT;
CREATE INDEX star_watch_due ON star_watch (next_at);
CREATE INDEX star_watch_fresh ON star_watch (repository) WHERE fresh = 1;

CREATE TABLE code_events (                 -- changes of a paper's code state, never rewritten
  id INTEGER PRIMARY KEY,
  paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
  state TEXT NOT NULL,
  before TEXT NOT NULL,
  at INTEGER NOT NULL,
  why TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX code_events_of ON code_events (paper);

CREATE TABLE archive_papers (              -- what the Papers With Code archive says (July 2025, CC-BY-SA 4.0)
  paper INTEGER PRIMARY KEY REFERENCES papers ON DELETE CASCADE,
  slug TEXT NOT NULL,
  tasks TEXT NOT NULL DEFAULT '',          -- one a line
  methods TEXT NOT NULL DEFAULT '',        -- one a line
  venue TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE archive_links (               -- what the archive says of a link, beside its evidence
  link INTEGER PRIMARY KEY REFERENCES links ON DELETE CASCADE,
  framework TEXT NOT NULL DEFAULT '',
  in_paper INTEGER,
  in_readme INTEGER
) STRICT;

CREATE TABLE sightings (                   -- repositories on the trending pages
  feed INTEGER NOT NULL REFERENCES feeds ON DELETE CASCADE,
  day TEXT NOT NULL,
  repository INTEGER NOT NULL REFERENCES repositories ON DELETE CASCADE,
  rank INTEGER NOT NULL,
  gained INTEGER,
  searched INTEGER NOT NULL DEFAULT 0,     -- found by the search that stands in for a page
  PRIMARY KEY (repository, day, feed)
) STRICT, WITHOUT ROWID;
CREATE INDEX sightings_of_day ON sightings (day, repository);
CREATE INDEX sightings_of_feed ON sightings (feed);

-- Feeds --------------------------------------------------------------------------------------------------------------
CREATE TABLE feeds (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  url TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'active',
  trusted INTEGER NOT NULL DEFAULT 0,      -- its address stands in the settings
  wanted INTEGER NOT NULL DEFAULT 1,       -- 0: no setting and no subscription asks for it
  etag TEXT,
  last_modified TEXT,
  body_hash TEXT,
  interval_s INTEGER NOT NULL,
  next_check_at INTEGER NOT NULL,
  checked_at INTEGER,
  succeeded_at INTEGER,
  failing_since INTEGER,
  failures INTEGER NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '',
  warning TEXT NOT NULL DEFAULT '',
  moved_to TEXT,
  moved_times INTEGER NOT NULL DEFAULT 0,
  last_item_at INTEGER
) STRICT;
CREATE INDEX feeds_due ON feeds (source, next_check_at) WHERE state = 'active' AND wanted = 1;

CREATE TABLE entries (
  id INTEGER PRIMARY KEY,
  feed INTEGER NOT NULL REFERENCES feeds ON DELETE CASCADE,
  guid TEXT NOT NULL,
  title TEXT NOT NULL,
  url TEXT NOT NULL,
  summary TEXT NOT NULL,
  author TEXT NOT NULL,
  published INTEGER,
  seen_at INTEGER NOT NULL,
  UNIQUE (feed, guid)
) STRICT;

CREATE TABLE allowances (                  -- when a source may be asked, on the real clock (fractions of seconds)
  name TEXT PRIMARY KEY,
  next_slot REAL NOT NULL DEFAULT 0,
  blocked_until REAL NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
"""
