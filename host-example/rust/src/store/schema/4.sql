-- What an event says of the end of the command with its correlation id: one JSON object, by the members that
-- the adapter declares. Earlier events are WhatsApp's, which was the only adapter that the host knew.
ALTER TABLE events ADD COLUMN settles TEXT;
UPDATE events SET settles = json_object(
    'is_accepted', json(CASE json_extract(json, '$.statuses[0].status') WHEN 'failed' THEN 'false' ELSE 'true' END),
    'id', coalesce(json_extract(json, '$.statuses[0].id'), ''),
    'code', CAST(coalesce(json_extract(json, '$.statuses[0].errors[0].code'), '') AS TEXT),
    'error', coalesce(json_extract(json, '$.statuses[0].errors[0].title'), ''))
  WHERE correlation IS NOT NULL AND json IS NOT NULL AND json_valid(json)
    AND json_extract(json, '$.statuses[0].status') IN ('sent', 'delivered', 'read', 'played', 'failed');

-- Up to which time the occurrences of a schedule have been run, Unix milliseconds.
CREATE TABLE schedules (trigger TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
