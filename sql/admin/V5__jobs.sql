-- Imports of accounts. What is done in each shard stands in that shard; here is which file it is about.

CREATE TABLE import_job (
  job_id       BIGINT       NOT NULL AUTO_INCREMENT,
  name         VARCHAR(64)  NULL COMMENT 'chosen by who started it; null while the file is being uploaded',
  source       VARCHAR(8)   NOT NULL COMMENT 'FILE: read by a command, UPLOAD: kept in import_chunk',
  format       VARCHAR(8)   NOT NULL COMMENT 'CSV, NDJSON',
  bytes        BIGINT       NOT NULL COMMENT 'size of the file',
  sha256       BINARY(32)   NULL COMMENT 'of the file; a file that differs is another job',
  max_rejects  BIGINT       NOT NULL COMMENT 'it stops when more lines are rejected',
  state        VARCHAR(16)  NOT NULL COMMENT 'UPLOADING, WAITING, RUNNING, STOPPED, FAILED, DONE',
  detail       VARCHAR(255) NOT NULL DEFAULT '' COMMENT 'why it was stopped or failed',
  runner       VARCHAR(128) NOT NULL DEFAULT '' COMMENT 'the process that works on it, or did last',
  runner_until DATETIME(3)  NULL COMMENT 'when others may take it over',
  created_by   VARCHAR(64)  NOT NULL,
  created_at   DATETIME(3)  NOT NULL,
  ended_at     DATETIME(3)  NULL,
  PRIMARY KEY (job_id),
  UNIQUE KEY import_job_name (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- An uploaded file, so that any instance can go on with it. Deleted when the job is done.
CREATE TABLE import_chunk (
  job_id BIGINT     NOT NULL,
  part   INT        NOT NULL COMMENT 'from 0',
  data   MEDIUMBLOB NOT NULL,
  PRIMARY KEY (job_id, part)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
