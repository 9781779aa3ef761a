-- Role sync: game servers that are set back, characters that change hands, events that come before their player,
-- and events that never come.

-- Adding columns at the end is instant; the two indexes are built while the table is in use.
ALTER TABLE role
  ADD server_epoch INT NOT NULL DEFAULT 0 COMMENT 'raised by a game server that was set back; compared before revision',
  ADD KEY role_server (server_id, user_id, role_id),
  ADD KEY role_name (name);

ALTER TABLE role_locator
  ADD server_epoch INT NOT NULL DEFAULT 0,
  ADD ousted_user_id BIGINT NULL COMMENT 'the owner before, while his row may still show the character; null when that is settled';

-- Characters of players who are not there (yet): the same rule as in `role`, one row however many events came.
CREATE TABLE parked_role (
  user_id       BIGINT      NOT NULL,
  server_id     VARCHAR(32) NOT NULL,
  role_id       VARCHAR(64) NOT NULL,
  channel       VARCHAR(32) NOT NULL DEFAULT '',
  name          VARCHAR(64) NOT NULL DEFAULT '',
  level         INT         NOT NULL DEFAULT 0,
  job           VARCHAR(32) NOT NULL DEFAULT '',
  power         BIGINT      NOT NULL DEFAULT 0,
  last_login_at DATETIME(3) NULL,
  state         VARCHAR(16) NOT NULL,
  revision      BIGINT      NOT NULL,
  updated_at    DATETIME(3) NOT NULL,
  server_epoch  INT         NOT NULL DEFAULT 0,
  parked_at     DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)) COMMENT 'when the first of its events came',
  PRIMARY KEY (user_id, server_id, role_id),
  KEY parked_role_time (parked_at),
  CONSTRAINT parked_role_in_its_shard CHECK ((user_id & 31) = ${shard})
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Which of the numbered events of a publisher have come to this shard.
CREATE TABLE role_feed (
  server_id VARCHAR(32) NOT NULL,
  publisher VARCHAR(32) NOT NULL COMMENT 'its numbers begin at 1 and leave none out, in each shard',
  seen_to   BIGINT      NOT NULL COMMENT 'every number up to this one has come',
  ahead     TEXT        NOT NULL COMMENT 'what has come beyond it, as ranges: 7-9,12; empty when nothing is missing',
  stuck_at  DATETIME(3) NULL COMMENT 'since when the next number is missing although later ones have come',
  seen_at   DATETIME(3) NOT NULL COMMENT 'when the last one came',
  PRIMARY KEY (server_id, publisher),
  KEY role_feed_stuck (stuck_at),
  KEY role_feed_seen (seen_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
