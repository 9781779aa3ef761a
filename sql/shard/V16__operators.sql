-- What operators look for, and what they note.

-- The list of a channel, in the order of the ids (the primary key is the end of every index). Built while the table is in
-- use: it reads the table once and sorts, and registrations and logins go on meanwhile (docs/operators-queries.md has figures).
ALTER TABLE user
  ADD KEY user_channel (channel),
  ALGORITHM = INPLACE, LOCK = NONE;

-- Lives with the account, and goes when the account is erased.
CREATE TABLE account_note (
  user_id    BIGINT        NOT NULL,
  note_id    BIGINT        NOT NULL COMMENT 'minted like a user id, so it leads to the same shard',
  operator   VARCHAR(64)   NOT NULL COMMENT 'who wrote it',
  text       VARCHAR(2000) NOT NULL,
  written_at DATETIME(3)   NOT NULL,
  PRIMARY KEY (user_id, note_id),
  CONSTRAINT account_note_in_its_shard CHECK ((user_id & 31) = ${shard})
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
