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
  inside_at INTEGER,                       -- when somebody last looked inside
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

-- Chats, subscriptions, outbox ---------------------------------------------------------------------------------------
CREATE TABLE chats (
  id INTEGER PRIMARY KEY,
  platform TEXT NOT NULL,
  workspace TEXT NOT NULL,
  chat TEXT NOT NULL,
  topic TEXT NOT NULL,
  title TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'active',
  reason TEXT NOT NULL DEFAULT '',
  paused_at INTEGER,
  created_at INTEGER NOT NULL,
  zone TEXT NOT NULL DEFAULT 'UTC',        -- its settings from here on
  quiet_start INTEGER,                     -- minutes after local midnight
  quiet_end INTEGER,
  budget INTEGER DEFAULT 20,               -- messages of a local day; NULL: no limit
  digest TEXT NOT NULL DEFAULT 'weekly',
  weekday INTEGER NOT NULL DEFAULT 0,      -- 0 is Monday
  hour INTEGER NOT NULL DEFAULT 9,
  silent_until INTEGER,                    -- it asked for silence until then
  sound INTEGER NOT NULL DEFAULT 1,        -- 0: whatever comes makes no sound
  links INTEGER NOT NULL DEFAULT 0,        -- 1: links to papers that somebody posts are answered
  last_digest TEXT,                        -- local date of the last digest, the key of what was sent
  next_digest_at INTEGER,
  today TEXT NOT NULL DEFAULT '',          -- the local day that `messages` counts
  messages INTEGER NOT NULL DEFAULT 0,
  lately_at INTEGER NOT NULL DEFAULT 0,    -- when the last few messages began, and how many they are
  lately INTEGER NOT NULL DEFAULT 0,
  UNIQUE (platform, workspace, chat, topic)
) STRICT;
CREATE INDEX chats_digest_due ON chats (next_digest_at) WHERE next_digest_at IS NOT NULL;

CREATE TABLE subscriptions (
  id INTEGER PRIMARY KEY,
  chat INTEGER NOT NULL REFERENCES chats ON DELETE CASCADE,
  number INTEGER NOT NULL,                 -- what the chat calls it: 1, 2, 3 …
  text TEXT NOT NULL,
  feed INTEGER REFERENCES feeds,
  created_at INTEGER NOT NULL,
  rhythm TEXT NOT NULL DEFAULT 'at once',
  priority INTEGER NOT NULL DEFAULT 0,     -- 1: passes quiet hours and the budget
  route INTEGER REFERENCES chats ON DELETE SET NULL, -- the chat where it speaks, if not in its own
  UNIQUE (chat, number)
) STRICT;
CREATE INDEX subscriptions_routed ON subscriptions (route) WHERE route IS NOT NULL;
CREATE INDEX subscriptions_of_feed ON subscriptions (feed) WHERE feed IS NOT NULL;

CREATE TABLE subscription_terms (          -- each subscription under one term that its papers must have
  term TEXT NOT NULL,
  beside TEXT NOT NULL DEFAULT '',         -- another one that they must have as well; '' for none
  whole INTEGER NOT NULL DEFAULT 0,        -- 1: that is all that it asks
  subscription INTEGER NOT NULL REFERENCES subscriptions ON DELETE CASCADE,
  PRIMARY KEY (term, beside, subscription)
) STRICT, WITHOUT ROWID;
CREATE INDEX subscription_terms_of ON subscription_terms (subscription);

CREATE TABLE mutes (                       -- what a chat doesn't want to hear of, for a while or for good
  id INTEGER PRIMARY KEY,
  chat INTEGER NOT NULL REFERENCES chats ON DELETE CASCADE,
  text TEXT NOT NULL,                      -- a query
  until INTEGER,                           -- NULL: for good
  UNIQUE (chat, text)
) STRICT;

CREATE TABLE digest_facts (                -- what all digests of a moment share: how the field is doing
  id INTEGER PRIMARY KEY,
  told TEXT NOT NULL                       -- JSON
) STRICT;

CREATE TABLE digests (
  id INTEGER PRIMARY KEY,
  chat INTEGER NOT NULL REFERENCES chats ON DELETE CASCADE,
  day TEXT NOT NULL,                       -- local date
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  facts INTEGER NOT NULL REFERENCES digest_facts,
  UNIQUE (chat, day)
) STRICT;
CREATE INDEX digests_of_facts ON digests (facts);

CREATE TABLE deliveries (                  -- one message to one chat
  id INTEGER PRIMARY KEY,
  chat INTEGER NOT NULL REFERENCES chats ON DELETE CASCADE,
  state TEXT NOT NULL DEFAULT 'due',
  folded INTEGER NOT NULL DEFAULT 0,       -- 1: of older news; 2: of an hour
  digest INTEGER REFERENCES digests ON DELETE CASCADE,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  not_before INTEGER NOT NULL DEFAULT 0,   -- the end of quiet hours, or the hour that it comes with
  lease_until INTEGER,
  error TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  done_at INTEGER,
  message TEXT NOT NULL DEFAULT '',        -- the platform's name for what was sent
  edit_at INTEGER                          -- when it is shown anew; NULL: it tells all that is known
) STRICT;
CREATE INDEX deliveries_to_edit ON deliveries (edit_at) WHERE edit_at IS NOT NULL;
CREATE INDEX deliveries_of_digest ON deliveries (digest) WHERE digest IS NOT NULL;
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE state = 'due';
CREATE INDEX deliveries_of_chat ON deliveries (chat, state);
CREATE INDEX deliveries_dead ON deliveries (done_at) WHERE state = 'dead';

CREATE TABLE alerts (                      -- news for a chat; told once
  id INTEGER PRIMARY KEY,
  chat INTEGER NOT NULL REFERENCES chats ON DELETE CASCADE,
  kind TEXT NOT NULL,
  subject INTEGER NOT NULL,                -- the paper's, entry's or feed's key
  at INTEGER NOT NULL,                     -- when the world knew
  why TEXT NOT NULL,                       -- the matching subscriptions' words, one a line
  delivery INTEGER REFERENCES deliveries ON DELETE SET NULL,
  held TEXT NOT NULL DEFAULT '',           -- why it had no message of its own: rhythm, budget, muted, silence
  digest INTEGER REFERENCES digests ON DELETE SET NULL,
  UNIQUE (subject, kind, chat)             -- in this order, as news of one subject is told to many chats at once
) STRICT;
CREATE INDEX alerts_of_chat ON alerts (chat, digest);
CREATE INDEX alerts_of_digest ON alerts (digest) WHERE digest IS NOT NULL;
CREATE INDEX alerts_of_delivery ON alerts (delivery) WHERE delivery IS NOT NULL;

CREATE TABLE inbox (                       -- what came in from the platforms, until it has been answered
  id INTEGER PRIMARY KEY,
  platform TEXT NOT NULL,
  key TEXT NOT NULL,                       -- the platform's id of it, the same when it comes again
  body TEXT NOT NULL,                      -- as it came, JSON; '' once it is answered
  at INTEGER NOT NULL,
  done_at INTEGER,                         -- NULL: it waits
  UNIQUE (platform, key)
) STRICT;
CREATE INDEX inbox_waiting ON inbox (platform, id) WHERE done_at IS NULL;
CREATE INDEX inbox_done ON inbox (done_at) WHERE done_at IS NOT NULL;

CREATE TABLE allowed (                     -- who is let in where the settings let in nobody else
  platform TEXT NOT NULL,
  workspace TEXT NOT NULL,                 -- '': any
  who TEXT NOT NULL,                       -- the platform's id of a person or of a chat
  direct TEXT NOT NULL DEFAULT '',         -- the id of the chat where a person writes alone, once that is known
  name TEXT NOT NULL DEFAULT '',
  at INTEGER NOT NULL,
  PRIMARY KEY (platform, workspace, who)
) STRICT, WITHOUT ROWID;

CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

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

CREATE VIEW links_counted AS
SELECT links.id AS link, paper, repository, official, iif(published IS NULL OR published % 86400 = 0 AND strftime('%m%d', published, 'unixepoch') = '0101', 0, CAST(strftime('%Y%m', published, 'unixepoch') AS INTEGER)) AS month,
  iif(created IS NULL, 0, CAST(strftime('%Y%m', created, 'unixepoch') AS INTEGER)) AS made, substr(categories, 1, instr(categories || ' ', ' ') - 1) AS field,
  CASE
    WHEN frameworks != '' THEN substr(frameworks, 1, instr(frameworks || ' ', ' ') - 1)
    WHEN framework = 'tf' THEN 'tensorflow'
    WHEN framework != '' THEN framework
    WHEN contents = 'source' AND inside_at IS NOT NULL THEN 'none'
    ELSE 'unknown'
  END AS framework, first_seen AS at
FROM links CROSS JOIN papers ON papers.id = paper CROSS JOIN repositories ON repositories.id = repository
LEFT JOIN archive_links ON archive_links.link = links.id
WHERE official IS NOT NULL AND confidence >= 0.7 AND state != 'missing'
  AND contents NOT IN ('empty', 'placeholder');

CREATE VIEW papers_counted AS
SELECT paper, month, field, topic, code, iif(announced_at BETWEEN published - 86400 AND published + 1209600 AND seen_at <= published + 1209600 AND (code_at IS NOT NULL OR NOT code), CAST(strftime('%Y%m', announced_at, 'unixepoch') AS INTEGER), 0) AS followed, iif(code_at IS NOT NULL AND code AND announced_at BETWEEN published - 86400 AND published + 1209600 AND seen_at <= published + 1209600 AND (code_at IS NOT NULL OR NOT code), max(min((code_at - announced_at) / 86400, 366), 0), -1) AS days,
  iif(code_at IS NOT NULL AND code AND announced_at BETWEEN published - 86400 AND published + 1209600 AND seen_at <= published + 1209600 AND (code_at IS NOT NULL OR NOT code), (SELECT official FROM trend_links WHERE trend_links.paper = known.paper ORDER BY at, official DESC LIMIT 1), 0) AS official
FROM (
  SELECT id AS paper, published, seen_at, announced_at, code_at, iif(published IS NULL OR published % 86400 = 0 AND strftime('%m%d', published, 'unixepoch') = '0101', 0, CAST(strftime('%Y%m', published, 'unixepoch') AS INTEGER)) AS month, substr(categories, 1, instr(categories || ' ', ' ') - 1) AS field, topic,
    (SELECT coalesce(max(official) * 2 + max(1 - official), 0) FROM trend_links WHERE paper = papers.id) AS code
  FROM papers
) known;

CREATE TRIGGER trends_paper_added AFTER INSERT ON papers BEGIN
  INSERT INTO trend_papers SELECT NEW.id, iif(NEW.published IS NULL OR NEW.published % 86400 = 0 AND strftime('%m%d', NEW.published, 'unixepoch') = '0101', 0, CAST(strftime('%Y%m', NEW.published, 'unixepoch') AS INTEGER)), substr(NEW.categories, 1, instr(NEW.categories || ' ', ' ') - 1), NEW.topic, code, iif(NEW.announced_at BETWEEN NEW.published - 86400 AND NEW.published + 1209600 AND NEW.seen_at <= NEW.published + 1209600 AND (NEW.code_at IS NOT NULL OR NOT code), CAST(strftime('%Y%m', NEW.announced_at, 'unixepoch') AS INTEGER), 0), -1, 0 FROM (SELECT 0 AS code);
END;
CREATE TRIGGER trends_paper_dated AFTER UPDATE OF published, categories ON papers WHEN (OLD.published, OLD.categories) IS NOT (NEW.published, NEW.categories) BEGIN
  DELETE FROM trend_links WHERE link IN (SELECT id FROM links WHERE paper = NEW.id) AND link NOT IN (SELECT link FROM links_counted WHERE link IN (SELECT id FROM links WHERE paper = NEW.id));
  INSERT INTO trend_links SELECT link, paper, repository, official, month, made, field, framework, at FROM links_counted WHERE link IN (SELECT id FROM links WHERE paper = NEW.id) ON CONFLICT (link) DO UPDATE SET (paper, repository, official, month, made, field, framework, at) = (excluded.paper, excluded.repository, excluded.official, excluded.month, excluded.made, excluded.field, excluded.framework, excluded.at) WHERE (trend_links.paper, trend_links.repository, trend_links.official, trend_links.month, trend_links.made, trend_links.field, trend_links.framework, trend_links.at) IS NOT (excluded.paper, excluded.repository, excluded.official, excluded.month, excluded.made, excluded.field, excluded.framework, excluded.at);
END;
CREATE TRIGGER trends_paper_named AFTER UPDATE OF published, categories, topic ON papers WHEN (OLD.published, OLD.categories, OLD.topic) IS NOT (NEW.published, NEW.categories, NEW.topic) BEGIN
  INSERT INTO trend_papers SELECT paper, month, field, topic, code, followed, days, official FROM papers_counted WHERE paper = NEW.id ON CONFLICT (paper) DO UPDATE SET (month, field, topic, code, followed, days, official) = (excluded.month, excluded.field, excluded.topic, excluded.code, excluded.followed, excluded.days, excluded.official) WHERE (trend_papers.month, trend_papers.field, trend_papers.topic, trend_papers.code, trend_papers.followed, trend_papers.days, trend_papers.official) IS NOT (excluded.month, excluded.field, excluded.topic, excluded.code, excluded.followed, excluded.days, excluded.official);
END;
CREATE TRIGGER trends_paper_told AFTER UPDATE OF announced_at, code_at, seen_at ON papers WHEN (OLD.announced_at, OLD.code_at, OLD.seen_at) IS NOT (NEW.announced_at, NEW.code_at, NEW.seen_at) BEGIN
  UPDATE trend_papers SET followed = iif(NEW.announced_at BETWEEN NEW.published - 86400 AND NEW.published + 1209600 AND NEW.seen_at <= NEW.published + 1209600 AND (NEW.code_at IS NOT NULL OR NOT code), CAST(strftime('%Y%m', NEW.announced_at, 'unixepoch') AS INTEGER), 0), days = iif(NEW.code_at IS NOT NULL AND code AND NEW.announced_at BETWEEN NEW.published - 86400 AND NEW.published + 1209600 AND NEW.seen_at <= NEW.published + 1209600 AND (NEW.code_at IS NOT NULL OR NOT code), max(min((NEW.code_at - NEW.announced_at) / 86400, 366), 0), -1), official = iif(NEW.code_at IS NOT NULL AND code AND NEW.announced_at BETWEEN NEW.published - 86400 AND NEW.published + 1209600 AND NEW.seen_at <= NEW.published + 1209600 AND (NEW.code_at IS NOT NULL OR NOT code), (SELECT official FROM trend_links WHERE trend_links.paper = NEW.id ORDER BY at, official DESC LIMIT 1), 0) WHERE paper = NEW.id;
END;
CREATE TRIGGER trends_link_added AFTER INSERT ON links BEGIN
  INSERT INTO trend_links SELECT link, paper, repository, official, month, made, field, framework, at FROM links_counted WHERE link = NEW.id;
END;
CREATE TRIGGER trends_link_weighed AFTER UPDATE OF paper, repository, official, confidence, first_seen ON links WHEN (OLD.paper, OLD.repository, OLD.official, OLD.confidence, OLD.first_seen) IS NOT (NEW.paper, NEW.repository, NEW.official, NEW.confidence, NEW.first_seen) BEGIN
  DELETE FROM trend_links WHERE link IN (SELECT id FROM links WHERE id = NEW.id) AND link NOT IN (SELECT link FROM links_counted WHERE link IN (SELECT id FROM links WHERE id = NEW.id));
  INSERT INTO trend_links SELECT link, paper, repository, official, month, made, field, framework, at FROM links_counted WHERE link IN (SELECT id FROM links WHERE id = NEW.id) ON CONFLICT (link) DO UPDATE SET (paper, repository, official, month, made, field, framework, at) = (excluded.paper, excluded.repository, excluded.official, excluded.month, excluded.made, excluded.field, excluded.framework, excluded.at) WHERE (trend_links.paper, trend_links.repository, trend_links.official, trend_links.month, trend_links.made, trend_links.field, trend_links.framework, trend_links.at) IS NOT (excluded.paper, excluded.repository, excluded.official, excluded.month, excluded.made, excluded.field, excluded.framework, excluded.at);
END;
CREATE TRIGGER trends_repository_learnt AFTER UPDATE OF state, contents, frameworks, created, inside_at ON repositories WHEN (OLD.state, OLD.contents, OLD.frameworks, OLD.created, OLD.inside_at) IS NOT (NEW.state, NEW.contents, NEW.frameworks, NEW.created, NEW.inside_at) BEGIN
  DELETE FROM trend_links WHERE link IN (SELECT id FROM links WHERE repository = NEW.id) AND link NOT IN (SELECT link FROM links_counted WHERE link IN (SELECT id FROM links WHERE repository = NEW.id));
  INSERT INTO trend_links SELECT link, paper, repository, official, month, made, field, framework, at FROM links_counted WHERE link IN (SELECT id FROM links WHERE repository = NEW.id) ON CONFLICT (link) DO UPDATE SET (paper, repository, official, month, made, field, framework, at) = (excluded.paper, excluded.repository, excluded.official, excluded.month, excluded.made, excluded.field, excluded.framework, excluded.at) WHERE (trend_links.paper, trend_links.repository, trend_links.official, trend_links.month, trend_links.made, trend_links.field, trend_links.framework, trend_links.at) IS NOT (excluded.paper, excluded.repository, excluded.official, excluded.month, excluded.made, excluded.field, excluded.framework, excluded.at);
END;
CREATE TRIGGER trends_archive_added AFTER INSERT ON archive_links WHEN NEW.framework != '' BEGIN
  INSERT INTO trend_links SELECT link, paper, repository, official, month, made, field, framework, at FROM links_counted WHERE link = NEW.link ON CONFLICT (link) DO UPDATE SET (paper, repository, official, month, made, field, framework, at) = (excluded.paper, excluded.repository, excluded.official, excluded.month, excluded.made, excluded.field, excluded.framework, excluded.at) WHERE (trend_links.paper, trend_links.repository, trend_links.official, trend_links.month, trend_links.made, trend_links.field, trend_links.framework, trend_links.at) IS NOT (excluded.paper, excluded.repository, excluded.official, excluded.month, excluded.made, excluded.field, excluded.framework, excluded.at);
END;
CREATE TRIGGER trends_archive_told AFTER UPDATE OF framework ON archive_links WHEN (OLD.framework) IS NOT (NEW.framework) BEGIN
  INSERT INTO trend_links SELECT link, paper, repository, official, month, made, field, framework, at FROM links_counted WHERE link = NEW.link ON CONFLICT (link) DO UPDATE SET (paper, repository, official, month, made, field, framework, at) = (excluded.paper, excluded.repository, excluded.official, excluded.month, excluded.made, excluded.field, excluded.framework, excluded.at) WHERE (trend_links.paper, trend_links.repository, trend_links.official, trend_links.month, trend_links.made, trend_links.field, trend_links.framework, trend_links.at) IS NOT (excluded.paper, excluded.repository, excluded.official, excluded.month, excluded.made, excluded.field, excluded.framework, excluded.at);
END;
CREATE TRIGGER trend_links_added AFTER INSERT ON trend_links BEGIN
  INSERT INTO trend_frameworks SELECT scope, basis, month, NEW.official, NEW.framework, +1 FROM (SELECT '' AS scope UNION ALL SELECT NEW.field WHERE NEW.field != '') CROSS JOIN (SELECT 'paper' AS basis, NEW.month AS month UNION ALL SELECT 'repository', NEW.made) WHERE true ON CONFLICT DO UPDATE SET links = links + excluded.links;
  UPDATE trend_papers SET (code, followed, days, official) = (SELECT code, followed, days, official FROM papers_counted WHERE paper = NEW.paper) WHERE paper = NEW.paper AND EXISTS (SELECT 1 FROM papers WHERE id = NEW.paper);
END;
CREATE TRIGGER trend_links_changed AFTER UPDATE ON trend_links WHEN (OLD.official, OLD.month, OLD.made, OLD.field, OLD.framework) IS NOT (NEW.official, NEW.month, NEW.made, NEW.field, NEW.framework) BEGIN
  INSERT INTO trend_frameworks SELECT scope, basis, month, OLD.official, OLD.framework, -1 FROM (SELECT '' AS scope UNION ALL SELECT OLD.field WHERE OLD.field != '') CROSS JOIN (SELECT 'paper' AS basis, OLD.month AS month UNION ALL SELECT 'repository', OLD.made) WHERE true ON CONFLICT DO UPDATE SET links = links + excluded.links;
  INSERT INTO trend_frameworks SELECT scope, basis, month, NEW.official, NEW.framework, +1 FROM (SELECT '' AS scope UNION ALL SELECT NEW.field WHERE NEW.field != '') CROSS JOIN (SELECT 'paper' AS basis, NEW.month AS month UNION ALL SELECT 'repository', NEW.made) WHERE true ON CONFLICT DO UPDATE SET links = links + excluded.links;
END;
CREATE TRIGGER trend_links_moved AFTER UPDATE ON trend_links WHEN (OLD.paper, OLD.official, OLD.at) IS NOT (NEW.paper, NEW.official, NEW.at) BEGIN
  UPDATE trend_papers SET (code, followed, days, official) = (SELECT code, followed, days, official FROM papers_counted WHERE paper = OLD.paper) WHERE paper = OLD.paper AND EXISTS (SELECT 1 FROM papers WHERE id = OLD.paper);
  UPDATE trend_papers SET (code, followed, days, official) = (SELECT code, followed, days, official FROM papers_counted WHERE paper = NEW.paper) WHERE paper = NEW.paper AND EXISTS (SELECT 1 FROM papers WHERE id = NEW.paper);
END;
CREATE TRIGGER trend_links_removed AFTER DELETE ON trend_links BEGIN
  INSERT INTO trend_frameworks SELECT scope, basis, month, OLD.official, OLD.framework, -1 FROM (SELECT '' AS scope UNION ALL SELECT OLD.field WHERE OLD.field != '') CROSS JOIN (SELECT 'paper' AS basis, OLD.month AS month UNION ALL SELECT 'repository', OLD.made) WHERE true ON CONFLICT DO UPDATE SET links = links + excluded.links;
  UPDATE trend_papers SET (code, followed, days, official) = (SELECT code, followed, days, official FROM papers_counted WHERE paper = OLD.paper) WHERE paper = OLD.paper AND EXISTS (SELECT 1 FROM papers WHERE id = OLD.paper);
END;
CREATE TRIGGER trend_papers_added AFTER INSERT ON trend_papers BEGIN
  INSERT INTO trend_months SELECT scope, NEW.month, +1, +(NEW.code = 1), +(NEW.code = 2), +(NEW.code = 3) FROM (SELECT '' AS scope UNION ALL SELECT NEW.field WHERE NEW.field != '' UNION ALL SELECT 'topic ' || NEW.topic WHERE NEW.topic != '') WHERE true ON CONFLICT DO UPDATE SET papers = papers + excluded.papers, community = community + excluded.community, official = official + excluded.official, both = both + excluded.both;
  INSERT INTO trend_lags SELECT scope, NEW.followed, NEW.days, NEW.official, +1 FROM (SELECT '' AS scope UNION ALL SELECT NEW.field WHERE NEW.field != '' UNION ALL SELECT 'topic ' || NEW.topic WHERE NEW.topic != '') WHERE NEW.followed != 0 ON CONFLICT DO UPDATE SET papers = papers + excluded.papers;
END;
CREATE TRIGGER trend_papers_moved AFTER UPDATE ON trend_papers WHEN (OLD.month, OLD.field, OLD.topic) IS NOT (NEW.month, NEW.field, NEW.topic) BEGIN
  INSERT INTO trend_months SELECT scope, OLD.month, -1, -(OLD.code = 1), -(OLD.code = 2), -(OLD.code = 3) FROM (SELECT '' AS scope UNION ALL SELECT OLD.field WHERE OLD.field != '' UNION ALL SELECT 'topic ' || OLD.topic WHERE OLD.topic != '') WHERE true ON CONFLICT DO UPDATE SET papers = papers + excluded.papers, community = community + excluded.community, official = official + excluded.official, both = both + excluded.both;
  INSERT INTO trend_months SELECT scope, NEW.month, +1, +(NEW.code = 1), +(NEW.code = 2), +(NEW.code = 3) FROM (SELECT '' AS scope UNION ALL SELECT NEW.field WHERE NEW.field != '' UNION ALL SELECT 'topic ' || NEW.topic WHERE NEW.topic != '') WHERE true ON CONFLICT DO UPDATE SET papers = papers + excluded.papers, community = community + excluded.community, official = official + excluded.official, both = both + excluded.both;
END;
CREATE TRIGGER trend_papers_coded AFTER UPDATE ON trend_papers WHEN (OLD.code) IS NOT (NEW.code) AND NOT (OLD.month, OLD.field, OLD.topic) IS NOT (NEW.month, NEW.field, NEW.topic) BEGIN
  UPDATE trend_months SET community = community + (NEW.code = 1) - (OLD.code = 1), official = official + (NEW.code = 2) - (OLD.code = 2), both = both + (NEW.code = 3) - (OLD.code = 3) WHERE month = NEW.month AND scope IN ('', NEW.field, 'topic ' || NEW.topic);
END;
CREATE TRIGGER trend_papers_waited AFTER UPDATE ON trend_papers WHEN (OLD.field, OLD.topic, OLD.followed, OLD.days, OLD.official) IS NOT (NEW.field, NEW.topic, NEW.followed, NEW.days, NEW.official) BEGIN
  INSERT INTO trend_lags SELECT scope, OLD.followed, OLD.days, OLD.official, -1 FROM (SELECT '' AS scope UNION ALL SELECT OLD.field WHERE OLD.field != '' UNION ALL SELECT 'topic ' || OLD.topic WHERE OLD.topic != '') WHERE OLD.followed != 0 ON CONFLICT DO UPDATE SET papers = papers + excluded.papers;
  INSERT INTO trend_lags SELECT scope, NEW.followed, NEW.days, NEW.official, +1 FROM (SELECT '' AS scope UNION ALL SELECT NEW.field WHERE NEW.field != '' UNION ALL SELECT 'topic ' || NEW.topic WHERE NEW.topic != '') WHERE NEW.followed != 0 ON CONFLICT DO UPDATE SET papers = papers + excluded.papers;
END;
CREATE TRIGGER trend_papers_removed AFTER DELETE ON trend_papers BEGIN
  INSERT INTO trend_months SELECT scope, OLD.month, -1, -(OLD.code = 1), -(OLD.code = 2), -(OLD.code = 3) FROM (SELECT '' AS scope UNION ALL SELECT OLD.field WHERE OLD.field != '' UNION ALL SELECT 'topic ' || OLD.topic WHERE OLD.topic != '') WHERE true ON CONFLICT DO UPDATE SET papers = papers + excluded.papers, community = community + excluded.community, official = official + excluded.official, both = both + excluded.both;
  INSERT INTO trend_lags SELECT scope, OLD.followed, OLD.days, OLD.official, -1 FROM (SELECT '' AS scope UNION ALL SELECT OLD.field WHERE OLD.field != '' UNION ALL SELECT 'topic ' || OLD.topic WHERE OLD.topic != '') WHERE OLD.followed != 0 ON CONFLICT DO UPDATE SET papers = papers + excluded.papers;
END;
