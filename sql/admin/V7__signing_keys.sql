-- Keys take turns by time: each signs from a moment that all instances know ahead, and the next one is
-- published long before. So nothing has to happen at that moment in the database.
ALTER TABLE signing_key
  ADD COLUMN number         INT          NULL COMMENT 'order of creation; unique, so of many instances one makes the next key' AFTER kid,
  ADD COLUMN signs_from     DATETIME(3)  NULL COMMENT 'null for the one that waits for its turn' AFTER created_at,
  ADD COLUMN compromised_at DATETIME(3)  NULL COMMENT 'from then on it signs nothing, and nothing it signed is believed' AFTER signs_from,
  MODIFY COLUMN retired_at  DATETIME(3)  NULL COMMENT 'from then on it is not published; its tokens have ended';

UPDATE signing_key SET number = 1, signs_from = created_at;

ALTER TABLE signing_key
  MODIFY COLUMN number INT NOT NULL,
  DROP KEY signing_key_active,
  DROP COLUMN active_slot,
  ADD UNIQUE KEY signing_key_number (number);
