-- Times are Unix milliseconds. Texts of customers are in events.json, runs.properties, runs.output,
-- steps.request, steps.output and broadcast_rows; everything else may be kept for ever.

CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('id', lower(hex(randomblob(8))));

-- Each definition of a workflow that a run began with.
CREATE TABLE definitions (hash BLOB PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  definition BLOB NOT NULL REFERENCES definitions (hash),
  workflow TEXT NOT NULL,
  trigger TEXT NOT NULL,
  instance TEXT NOT NULL,
  customer TEXT,
  -- Trigger and event: the same event starts a workflow once.
  key BLOB UNIQUE,
  -- The row in `events` that started it; 0 if none did.
  event INTEGER NOT NULL,
  lane INTEGER NOT NULL,
  properties TEXT,
  -- ready, waiting, unknown, done, failed
  state TEXT NOT NULL,
  wake INTEGER,
  ended INTEGER,
  error TEXT,
  output TEXT
) STRICT;
CREATE INDEX runs_open ON runs (id) WHERE ended IS NULL;
CREATE INDEX runs_ended ON runs (ended) WHERE ended IS NOT NULL;
CREATE INDEX runs_customer ON runs (customer) WHERE customer IS NOT NULL;

CREATE TABLE steps (
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  -- intent, waiting, unknown, done, failed
  state TEXT NOT NULL,
  at INTEGER NOT NULL,
  ended INTEGER,
  instance TEXT,
  command TEXT,
  correlation TEXT,
  attempt INTEGER NOT NULL DEFAULT 1,
  -- The last row of `events` when the step began: what came later may be an answer to it.
  mark INTEGER NOT NULL,
  -- success, error, event, timeout
  outcome TEXT,
  request TEXT,
  output TEXT,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;
-- Not unique: a workflow may name its own.
CREATE INDEX steps_correlation ON steps (correlation) WHERE correlation IS NOT NULL;

-- Runs that wait for an event.
CREATE TABLE waits (
  run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  event TEXT NOT NULL,
  instance TEXT NOT NULL,
  customer TEXT,
  condition TEXT
) STRICT;
CREATE INDEX waits_event ON waits (event, customer);

CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key BLOB NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  name TEXT NOT NULL,
  instance TEXT NOT NULL,
  customer TEXT,
  correlation TEXT,
  json TEXT
) STRICT;
CREATE INDEX events_customer ON events (customer, id) WHERE customer IS NOT NULL;
CREATE INDEX events_correlation ON events (correlation) WHERE correlation IS NOT NULL;
CREATE INDEX events_at ON events (at);

CREATE TABLE broadcasts (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  instance TEXT NOT NULL,
  template TEXT NOT NULL
) STRICT;

CREATE TABLE broadcast_rows (
  broadcast INTEGER NOT NULL REFERENCES broadcasts (id) ON DELETE CASCADE,
  -- A hash of the number: it is known again also when the number is erased.
  recipient BLOB NOT NULL,
  customer TEXT,
  -- intent, accepted, rejected, not_sent, unknown
  state TEXT NOT NULL,
  correlation TEXT NOT NULL UNIQUE,
  message TEXT,
  code TEXT,
  error TEXT,
  PRIMARY KEY (broadcast, recipient)
) STRICT, WITHOUT ROWID;
