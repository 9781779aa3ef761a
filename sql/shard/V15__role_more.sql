-- What later versions of game servers tell of a character, kept until there is a column for it. Added at the end: instant.
ALTER TABLE role
  ADD more TEXT NULL COMMENT 'JSON object: members of `role` in events that the listener did not know; null when none';

ALTER TABLE parked_role
  ADD more TEXT NULL COMMENT 'as in `role`';
