-- Other ways in than a username and a password, and names that were changed.

-- A guest has no password. `username` places the account for ever; who takes another name gets a
-- `login_name`; when somebody else takes the first one later, a made-up name of the same gene replaces it.
ALTER TABLE user
  MODIFY password_hash VARCHAR(255) NULL COMMENT 'PHC string: algorithm, parameters, salt, hash; null: none was chosen',
  ADD login_name VARCHAR(32) NULL COMMENT 'the name now, when it is not `username`; its identity row is in the shard of that name' AFTER username,
  ADD renamed_at DATETIME(3) NULL AFTER login_name,
  ADD identity_epoch INT NOT NULL DEFAULT 0 COMMENT 'raised with every change of user_identity; a change that was prepared under a smaller one is refused' AFTER auth_epoch;

-- identity -> account. Lies in the shard of CRC32(identity_key) & 31; a username in the shard of that name.
-- The account's side, user_identity, is the truth: a row here is only CONFIRMED after it, and is in question before it goes.
CREATE TABLE identity (
  identity_key VARCHAR(288) NOT NULL COMMENT 'provider:subject',
  owner_id     BIGINT       NOT NULL COMMENT 'the account, wherever it is',
  state        VARCHAR(16)  NOT NULL COMMENT 'RESERVED, CONFIRMED, LEAVING, RELEASED (a name nobody else gets before `until`)',
  fence        INT          NOT NULL COMMENT 'identity_epoch of the account when the change began',
  until        DATETIME(3)  NULL COMMENT 'RESERVED, LEAVING: when anybody may settle it; RELEASED: when it is free',
  PRIMARY KEY (identity_key),
  KEY identity_state_until (state, until),
  CONSTRAINT identity_in_its_shard CHECK ((CRC32(identity_key) & 31) = ${shard} OR identity_key LIKE 'username:%')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE user_identity (
  user_id      BIGINT       NOT NULL,
  identity_key VARCHAR(288) NOT NULL,
  linked_at    DATETIME(3)  NOT NULL,
  PRIMARY KEY (user_id, identity_key),
  CONSTRAINT user_identity_in_its_shard CHECK ((user_id & 31) = ${shard})
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
