-- One shard of the accounts. The same file builds all 32; ${shard} is 0 to 31.
-- Every table carries its owner's key and lives where the owner lives, so no request needs a second shard.
-- Times are UTC. Text is utf8mb4_bin: names are compared by code point, in the canonical form the service made.

CREATE TABLE user (
  user_id         BIGINT       NOT NULL COMMENT 'low five bits = this shard, low eight bits = gene of username',
  username        VARCHAR(32)  NOT NULL COMMENT 'canonical: NFKC, trimmed, case-folded',
  display_name    VARCHAR(64)  NOT NULL COMMENT 'what others see: chosen, or the name as typed',
  nickname        VARCHAR(64)  NULL,
  password_hash   VARCHAR(255) NOT NULL COMMENT 'PHC string: algorithm, parameters, salt, hash',
  status          VARCHAR(16)  NOT NULL COMMENT 'ACTIVE',
  auth_epoch      INT          NOT NULL COMMENT 'access tokens with a smaller epoch are refused',
  channel         VARCHAR(32)  NOT NULL,
  register_time   DATETIME(3)  NOT NULL,
  register_ip     VARCHAR(45)  NOT NULL,
  register_device VARCHAR(128) NULL,
  last_login_time DATETIME(3)  NULL,
  last_login_ip   VARCHAR(45)  NULL,
  PRIMARY KEY (user_id),
  UNIQUE KEY user_username (username),
  CONSTRAINT user_in_its_shard CHECK ((user_id & 31) = ${shard})
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- One row per session for ever: rotating a refresh token raises `generation` in place.
CREATE TABLE session (
  user_id       BIGINT       NOT NULL,
  session_id    BIGINT       NOT NULL COMMENT 'minted like a user id, so it leads to the same shard',
  device_class  VARCHAR(16)  NOT NULL,
  device_id     VARCHAR(128) NULL,
  channel       VARCHAR(32)  NOT NULL,
  generation    INT          NOT NULL COMMENT 'of the refresh token that is good now',
  rotated_at    DATETIME(3)  NOT NULL COMMENT 'when generation - 1 was traded in',
  created_at    DATETIME(3)  NOT NULL,
  created_ip    VARCHAR(45)  NOT NULL,
  last_used_at  DATETIME(3)  NOT NULL,
  expires_at    DATETIME(3)  NOT NULL,
  revoked_at    DATETIME(3)  NULL,
  revoke_reason VARCHAR(16)  NULL COMMENT 'LOGOUT, KICKED, REPLACED, BANNED, PASSWORD, THEFT',
  PRIMARY KEY (user_id, session_id),
  CONSTRAINT session_in_its_shard CHECK ((user_id & 31) = ${shard})
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Whether a ban is active is derived from its times, never stored.
CREATE TABLE ban (
  user_id     BIGINT       NOT NULL,
  ban_id      BIGINT       NOT NULL COMMENT 'minted like a user id, so it leads to the same shard',
  scope       VARCHAR(16)  NOT NULL COMMENT 'ACCOUNT, SERVER, FEATURE',
  target      VARCHAR(64)  NOT NULL DEFAULT '' COMMENT 'server id or feature; empty for ACCOUNT',
  reason_code VARCHAR(32)  NOT NULL,
  message     VARCHAR(255) NOT NULL DEFAULT '' COMMENT 'what the player is told',
  starts_at   DATETIME(3)  NOT NULL,
  ends_at     DATETIME(3)  NULL COMMENT 'null: for ever',
  created_by  VARCHAR(64)  NOT NULL,
  created_at  DATETIME(3)  NOT NULL,
  lifted_at   DATETIME(3)  NULL,
  lifted_by   VARCHAR(64)  NULL,
  PRIMARY KEY (user_id, ban_id),
  UNIQUE KEY ban_ban_id (ban_id),
  CONSTRAINT ban_in_its_shard CHECK ((user_id & 31) = ${shard})
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The copy of a player's characters. The game server owns `revision`; a smaller one never overwrites.
CREATE TABLE role (
  user_id       BIGINT      NOT NULL,
  server_id     VARCHAR(32) NOT NULL,
  role_id       VARCHAR(64) NOT NULL COMMENT 'unique on its game server',
  channel       VARCHAR(32) NOT NULL DEFAULT '',
  name          VARCHAR(64) NOT NULL DEFAULT '',
  level         INT         NOT NULL DEFAULT 0,
  job           VARCHAR(32) NOT NULL DEFAULT '',
  power         BIGINT      NOT NULL DEFAULT 0,
  last_login_at DATETIME(3) NULL,
  state         VARCHAR(16) NOT NULL COMMENT 'ACTIVE, DELETED (a tombstone that keeps its revision)',
  revision      BIGINT      NOT NULL,
  updated_at    DATETIME(3) NOT NULL,
  PRIMARY KEY (user_id, server_id, role_id),
  CONSTRAINT role_in_its_shard CHECK ((user_id & 31) = ${shard})
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- role id -> owner. Lives in the shard of CRC32(role_id) & 31, whatever gene function the accounts use.
CREATE TABLE role_locator (
  role_id   VARCHAR(64) NOT NULL,
  server_id VARCHAR(32) NOT NULL,
  user_id   BIGINT      NOT NULL,
  revision  BIGINT      NOT NULL,
  PRIMARY KEY (role_id, server_id),
  CONSTRAINT role_locator_in_its_shard CHECK ((CRC32(role_id) & 31) = ${shard})
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Facts that others must hear of, written in the transaction that made them true.
-- A row is deleted once it was announced, so the table stays as long as the backlog.
CREATE TABLE outbox (
  seq        BIGINT      NOT NULL AUTO_INCREMENT,
  user_id    BIGINT      NOT NULL,
  kind       VARCHAR(32) NOT NULL,
  payload    JSON        NOT NULL,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (seq),
  CONSTRAINT outbox_in_its_shard CHECK ((user_id & 31) = ${shard})
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What this database is. A process that would place accounts by another rule is refused at start.
CREATE TABLE shard_meta (
  id            TINYINT     NOT NULL,
  shard         TINYINT     NOT NULL,
  gene_function VARCHAR(16) NOT NULL,
  epoch         INT         NOT NULL COMMENT 'raised when the shard was restored or moved',
  created_at    DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT shard_meta_one_row CHECK (id = 1),
  CONSTRAINT shard_meta_right_shard CHECK (shard = ${shard})
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

INSERT INTO shard_meta (id, shard, gene_function, epoch, created_at) VALUES (1, ${shard}, '${gene_function}', 1, UTC_TIMESTAMP(3));
