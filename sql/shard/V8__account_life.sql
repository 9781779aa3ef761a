-- What a player may do with his account as a whole: describe himself, leave, and come back while there is time.

ALTER TABLE user
  MODIFY status VARCHAR(16) NOT NULL COMMENT 'ACTIVE, PENDING_DELETION, ERASING, ERASED (only the id is left)',
  ADD profile JSON NULL COMMENT 'what the player says of himself: language, country, timeZone, avatar, about',
  ADD erase_after DATETIME(3) NULL COMMENT 'PENDING_DELETION: until then it may be restored; ERASING: when to look at it again; else null',
  -- Holds the few accounts that leave, so looking for due ones reads next to nothing.
  ADD KEY user_erase_after (erase_after);

-- What an erased account had is kept away from others for a while without telling what it was: as '#', this shard,
-- a colon and a keyed digest. The row is RELEASED; `owner_id` says whose bans stand, `until` when it goes.
ALTER TABLE identity
  DROP CONSTRAINT identity_in_its_shard,
  ADD CONSTRAINT identity_in_its_shard
    CHECK ((CRC32(identity_key) & 31) = ${shard} OR identity_key LIKE 'username:%' OR identity_key LIKE '#${shard}:%'),
  ADD KEY identity_owner (owner_id);
