"""The tables of chats: what they want, what they are told, and what comes in from them."""

from typing import Final

CHATS: Final = """
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
  maker TEXT NOT NULL DEFAULT '',          -- the platform's id of who made it where others are
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
  message TEXT NOT NULL DEFAULT '',        -- the platform's name for what was sent, the first of several
  parts INTEGER NOT NULL DEFAULT 0,        -- how many of them are there, while others aren't
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
"""
