-- Answers to requests that were sent with an Idempotency-Key, so that who asks again gets the same one.
-- Of operators, where the effect is in this database. A row is good for 24 hours; the service makes a partition for every day ahead and drops those that are over.
-- The day is part of the primary key, as MySQL wants it, so uniqueness over midnight is the service's work.

CREATE TABLE idempotency (
  user_id       BIGINT     NOT NULL COMMENT 'no user: a number made of whose key it is',
  key_hash      BINARY(32) NOT NULL COMMENT 'HMAC-SHA-256 of whose key it is, and the key',
  day           DATE       NOT NULL COMMENT 'UTC, of created_at',
  fingerprint   BINARY(32) NOT NULL COMMENT 'HMAC-SHA-256 of the request, passwords included: no plain digest',
  claim         BINARY(16) NOT NULL COMMENT 'random, of the request that is at work',
  claimed_until DATETIME(3) NOT NULL COMMENT 'then another may take over: the process that had it has died',
  created_at    DATETIME(3) NOT NULL,
  mistakes      INT        NOT NULL DEFAULT 0 COMMENT 'other requests that came with the key; after some it answers nobody',
  answer        MEDIUMBLOB NULL COMMENT 'AES-256-GCM over JSON, it may hold tokens; null while in flight',
  PRIMARY KEY (user_id, key_hash, day)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
PARTITION BY RANGE COLUMNS (day) (PARTITION p_rest VALUES LESS THAN (MAXVALUE));
