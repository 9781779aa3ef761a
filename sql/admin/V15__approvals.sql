-- What one operator asks for and another one has to allow, and what the dashboard counts.

-- PENDING -> APPROVED -> EXECUTED or FAILED; PENDING -> REJECTED, EXPIRED. What is to be done never changes after it was
-- asked for: its digest is on record with every step.
CREATE TABLE approval (
  approval_id    VARCHAR(32)  NOT NULL COMMENT 'ap_ and 96 random bits',
  kind           VARCHAR(32)  NOT NULL,
  target_user_id BIGINT       NULL,
  payload        MEDIUMTEXT   NOT NULL COMMENT 'JSON, exactly as it will be carried out',
  payload_sha256 BINARY(32)   NOT NULL,
  summary        VARCHAR(500) NOT NULL,
  reach          MEDIUMTEXT   NOT NULL COMMENT 'channels and servers of whom it concerns: who may know of it',
  maker_id       BIGINT       NOT NULL,
  maker          VARCHAR(64)  NOT NULL,
  reason         VARCHAR(255) NOT NULL,
  created_at     DATETIME(3)  NOT NULL,
  expires_at     DATETIME(3)  NOT NULL COMMENT 'of the state PENDING: nobody can approve it any more',
  state          VARCHAR(16)  NOT NULL,
  checker_id     BIGINT       NULL,
  checker        VARCHAR(64)  NULL COMMENT 'who approved or rejected it',
  checker_reason VARCHAR(255) NULL,
  decided_at     DATETIME(3)  NULL,
  runner         VARCHAR(32)  NOT NULL DEFAULT '' COMMENT 'random, of who carries it out now, or did last',
  runner_until   DATETIME(3)  NULL COMMENT 'then another may go on with it: the process has died',
  ended_at       DATETIME(3)  NULL,
  result         VARCHAR(500) NULL COMMENT 'what came of it, or the error code',
  PRIMARY KEY (approval_id),
  KEY approval_created (created_at, approval_id),
  KEY approval_state (state, created_at, approval_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- How often things happened. Each process writes what it has counted in an hour so far, again and again, so that a count
-- that is written twice counts once.
CREATE TABLE activity_hour (
  hour    DATETIME    NOT NULL,
  kind    VARCHAR(16) NOT NULL COMMENT 'REGISTRATION, LOGIN, REFUSAL',
  process VARCHAR(32) NOT NULL COMMENT 'random, of one start of one instance',
  count   BIGINT      NOT NULL,
  PRIMARY KEY (hour, kind, process)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
