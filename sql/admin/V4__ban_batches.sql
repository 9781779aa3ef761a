-- Bans of many accounts at once. The bans themselves are in the shards, with the id of their batch.

CREATE TABLE ban_batch (
  batch_id    VARCHAR(32)  NOT NULL COMMENT 'bb_ and 96 random bits',
  scope       VARCHAR(16)  NOT NULL COMMENT 'ACCOUNT, SERVER, FEATURE',
  target      VARCHAR(64)  NOT NULL,
  reason_code VARCHAR(32)  NOT NULL,
  message     VARCHAR(255) NOT NULL,
  starts_at   DATETIME(3)  NOT NULL,
  ends_at     DATETIME(3)  NULL COMMENT 'null: for ever',
  created_by  VARCHAR(64)  NOT NULL,
  created_at  DATETIME(3)  NOT NULL,
  undone_by   VARCHAR(64)  NULL,
  undone_at   DATETIME(3)  NULL COMMENT 'from then on it bans nobody any more',
  PRIMARY KEY (batch_id),
  KEY ban_batch_created (created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written before anybody is banned, so that a batch whose process died can be repeated or undone.
CREATE TABLE ban_batch_item (
  batch_id VARCHAR(32)  NOT NULL,
  position INT          NOT NULL COMMENT 'in the request, from 0',
  wanted   VARCHAR(128) NOT NULL COMMENT 'user id or username as sent',
  user_id  BIGINT       NULL COMMENT 'null: not found, or not yet',
  result   VARCHAR(32)  NOT NULL COMMENT 'PENDING until it is known',
  ban_id   BIGINT       NULL,
  PRIMARY KEY (batch_id, position),
  KEY ban_batch_item_user (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
