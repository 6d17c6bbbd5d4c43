-- The customer's user id, beside the number or alone: an event with either belongs to the customer. The number
-- is kept in one spelling: without the digit that not every form of it has.
ALTER TABLE runs ADD COLUMN user_id TEXT;
CREATE INDEX runs_user_id ON runs (user_id) WHERE user_id IS NOT NULL;
UPDATE runs SET user_id = customer WHERE customer GLOB '[A-Z][A-Z].*';
UPDATE runs SET customer = substr(customer, 1, 2) || substr(customer, 4)
  WHERE length(customer) = 13 AND customer NOT GLOB '*[^0-9]*' AND (customer GLOB '521*' OR customer GLOB '549*');
UPDATE runs SET customer = substr(customer, 1, 4) || substr(customer, 6)
  WHERE length(customer) = 13 AND customer NOT GLOB '*[^0-9]*' AND customer GLOB '55[0-9][0-9]9[6-9]*';
ALTER TABLE waits ADD COLUMN user_id TEXT;
CREATE INDEX waits_user_id ON waits (user_id) WHERE user_id IS NOT NULL;
UPDATE waits SET user_id = customer WHERE customer GLOB '[A-Z][A-Z].*';
UPDATE waits SET customer = substr(customer, 1, 2) || substr(customer, 4)
  WHERE length(customer) = 13 AND customer NOT GLOB '*[^0-9]*' AND (customer GLOB '521*' OR customer GLOB '549*');
UPDATE waits SET customer = substr(customer, 1, 4) || substr(customer, 6)
  WHERE length(customer) = 13 AND customer NOT GLOB '*[^0-9]*' AND customer GLOB '55[0-9][0-9]9[6-9]*';
ALTER TABLE events ADD COLUMN user_id TEXT;
CREATE INDEX events_user_id ON events (user_id) WHERE user_id IS NOT NULL;
UPDATE events SET user_id = customer WHERE customer GLOB '[A-Z][A-Z].*';
UPDATE events SET customer = substr(customer, 1, 2) || substr(customer, 4)
  WHERE length(customer) = 13 AND customer NOT GLOB '*[^0-9]*' AND (customer GLOB '521*' OR customer GLOB '549*');
UPDATE events SET customer = substr(customer, 1, 4) || substr(customer, 6)
  WHERE length(customer) = 13 AND customer NOT GLOB '*[^0-9]*' AND customer GLOB '55[0-9][0-9]9[6-9]*';
