-- What exists once, not per shard: operators, credentials of game servers, signing keys, the audit log.
-- No player waits for this database: keys and credentials are held in memory by the service.

CREATE TABLE operator (
  operator_id   BIGINT       NOT NULL AUTO_INCREMENT,
  name          VARCHAR(64)  NOT NULL,
  password_hash VARCHAR(255) NOT NULL,
  role          VARCHAR(16)  NOT NULL COMMENT 'VIEWER, OPERATOR, ADMIN',
  status        VARCHAR(16)  NOT NULL COMMENT 'ACTIVE, DISABLED',
  created_at    DATETIME(3)  NOT NULL,
  last_login_at DATETIME(3)  NULL,
  PRIMARY KEY (operator_id),
  UNIQUE KEY operator_name (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE operator_session (
  token_hash  BINARY(32)  NOT NULL COMMENT 'SHA-256 of the bearer token; the token itself is nowhere',
  operator_id BIGINT      NOT NULL,
  created_at  DATETIME(3) NOT NULL,
  created_ip  VARCHAR(45) NOT NULL,
  expires_at  DATETIME(3) NOT NULL,
  revoked_at  DATETIME(3) NULL,
  PRIMARY KEY (token_hash),
  KEY operator_session_operator (operator_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE service_credential (
  credential_id VARCHAR(32)   NOT NULL,
  name          VARCHAR(64)   NOT NULL,
  server_ids    VARCHAR(2000) NOT NULL COMMENT 'comma-separated game server ids, or *',
  secret_hash   BINARY(32)    NOT NULL COMMENT 'SHA-256 of a 256-bit random secret',
  created_at    DATETIME(3)   NOT NULL,
  created_by    VARCHAR(64)   NOT NULL,
  last_used_at  DATETIME(3)   NULL,
  revoked_at    DATETIME(3)   NULL,
  PRIMARY KEY (credential_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE signing_key (
  kid            VARCHAR(32)     NOT NULL,
  algorithm      VARCHAR(16)     NOT NULL COMMENT 'ES256',
  public_key     VARBINARY(1024) NOT NULL COMMENT 'X.509 SubjectPublicKeyInfo',
  sealed_private VARBINARY(2048) NOT NULL COMMENT 'AES-256-GCM over PKCS #8; key derived from the master key',
  created_at     DATETIME(3)     NOT NULL,
  active_slot    TINYINT         NULL COMMENT '1 for the key that signs now, else null; unique, so there is one',
  retired_at     DATETIME(3)     NULL,
  PRIMARY KEY (kid),
  UNIQUE KEY signing_key_active (active_slot)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE audit_log (
  audit_id       BIGINT       NOT NULL AUTO_INCREMENT,
  at             DATETIME(3)  NOT NULL,
  operator       VARCHAR(64)  NOT NULL,
  action         VARCHAR(64)  NOT NULL,
  target_user_id BIGINT       NULL,
  detail         VARCHAR(2000) NOT NULL DEFAULT '',
  outcome        VARCHAR(64)  NOT NULL COMMENT 'INTENDED, DONE, or the error code',
  ip             VARCHAR(45)  NOT NULL,
  trace_id       VARCHAR(32)  NOT NULL,
  PRIMARY KEY (audit_id),
  KEY audit_log_target (target_user_id, audit_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
