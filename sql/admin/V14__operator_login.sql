-- How operators log in: a second factor, sessions that are seen and ended, passwords that do not come back.

-- Operators log in anew.
DELETE FROM operator_session;

ALTER TABLE operator_session
  ADD COLUMN session_id   VARCHAR(32) NOT NULL COMMENT 'names it; lets nobody in',
  ADD COLUMN by_cookie    BOOLEAN     NOT NULL COMMENT 'a browser has the token; it is believed with the token of the page only',
  ADD COLUMN last_used_at DATETIME(3) NOT NULL COMMENT 'at most a minute old',
  ADD COLUMN proven_at    DATETIME(3) NOT NULL COMMENT 'when he last showed password and code',
  ADD UNIQUE KEY operator_session_id (session_id);

ALTER TABLE operator
  ADD COLUMN totp_secret  VARBINARY(64) NULL COMMENT 'AES-256-GCM, key derived from the master key; null: no second factor',
  ADD COLUMN totp_offered VARBINARY(64) NULL COMMENT 'the same, until he shows that his device has it',
  ADD COLUMN totp_step    BIGINT        NOT NULL DEFAULT 0 COMMENT 'of the last code that was used; it and older ones are used up';

-- Each is good once, instead of a code.
CREATE TABLE operator_recovery_code (
  operator_id BIGINT      NOT NULL,
  code_hash   BINARY(32)  NOT NULL COMMENT 'HMAC-SHA-256; key derived from the master key',
  used_at     DATETIME(3) NULL,
  PRIMARY KEY (operator_id, code_hash)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The ones before the present one.
CREATE TABLE operator_password (
  operator_id   BIGINT       NOT NULL,
  replaced_at   DATETIME(3)  NOT NULL,
  password_hash VARCHAR(255) NOT NULL,
  PRIMARY KEY (operator_id, replaced_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
