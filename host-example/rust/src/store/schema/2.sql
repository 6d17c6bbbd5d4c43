-- Events that started nothing because a run of the same trigger was open for the customer, which had not
-- begun to wait yet: such an event is no answer to what that run asks afterwards.
CREATE TABLE held_back (
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  event INTEGER NOT NULL REFERENCES events (id) ON DELETE CASCADE,
  PRIMARY KEY (run, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_back_event ON held_back (event);
