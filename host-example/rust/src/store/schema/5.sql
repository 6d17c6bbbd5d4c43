-- All subjects of an event, of the event that started a run, and of whom a run waits for, in their order: a JSON array.
-- NULL if they are no more than `customer`, which is the first, and `user_id`, which is the last.
ALTER TABLE events ADD COLUMN subjects TEXT;
ALTER TABLE runs ADD COLUMN subjects TEXT;
CREATE INDEX runs_subjects ON runs (instance) WHERE subjects IS NOT NULL AND ended IS NULL;
ALTER TABLE waits ADD COLUMN subjects TEXT;
CREATE INDEX waits_subjects ON waits (event) WHERE subjects IS NOT NULL;
