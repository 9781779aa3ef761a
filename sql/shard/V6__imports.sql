-- Accounts that came from another system in a file, and how far each import is in this shard.

-- Where an account came from: it tells a name that a file has twice from one that others had before.
ALTER TABLE user
  ADD import_job  BIGINT NULL COMMENT 'import_job.job_id in usercenter_admin; null: registered here',
  ADD import_line BIGINT NULL COMMENT 'of that file, counted from 1';

-- Written in the transaction of the accounts, so that a killed import knows exactly what it has done.
CREATE TABLE import_progress (
  job_id   BIGINT  NOT NULL,
  line     BIGINT  NOT NULL COMMENT 'this and all before it are done, as far as they are of this shard',
  imported BIGINT  NOT NULL COMMENT 'accounts',
  rejected BIGINT  NOT NULL COMMENT 'lines, as many as there are rows in import_reject',
  complete BOOLEAN NOT NULL COMMENT 'the file has no more lines for this shard',
  PRIMARY KEY (job_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- A line without a name that can be read belongs to the shard of its number: line & 31.
CREATE TABLE import_reject (
  job_id  BIGINT       NOT NULL,
  line    BIGINT       NOT NULL,
  code    VARCHAR(32)  NOT NULL,
  message VARCHAR(255) NOT NULL COMMENT 'for people; never a name or a part of a hash',
  PRIMARY KEY (job_id, line)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
