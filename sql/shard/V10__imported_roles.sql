-- Characters that come with imported accounts.

-- Game servers do not tell it to the copy; what another system knew of it would be lost with that system.
ALTER TABLE role
  ADD created_at DATETIME(3) NULL COMMENT 'as the import told; null when it did not, and for characters that a game server told of first';

ALTER TABLE import_progress
  ADD run      INT  NOT NULL DEFAULT 0 COMMENT 'raised by every process that begins; an older one may not write any more',
  ADD reserved JSON NULL COMMENT '[[user_id, server_id, role_id]..] that may be in role_locator, of accounts that are not there (yet)';
