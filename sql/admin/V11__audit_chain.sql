-- The record of what operators did and tried, in a database of its own, so that the service can be given an account of MySQL that
-- may add lines and read them, and change none (deploy/mysql/grants.sql). What may have to go again is kept apart, in usercenter_admin.
-- Lines are named by time, (ms since 2018-01-01) << 20 | 20 bits, so a range of names is a range of time. docs/adr/0015

CREATE DATABASE IF NOT EXISTS usercenter_audit CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS usercenter_audit.entry (
  audit_id       BIGINT      NOT NULL,
  at             DATETIME(3) NOT NULL COMMENT 'the time in audit_id, for people',
  operator       VARCHAR(64) NOT NULL,
  action         VARCHAR(64) NOT NULL,
  target_user_id BIGINT      NULL,
  outcome        VARCHAR(64) NOT NULL COMMENT 'INTENDED, DONE, or the error code',
  ip             VARCHAR(45) NOT NULL,
  trace_id       VARCHAR(32) NOT NULL,
  note_digest    BINARY(32)  NULL COMMENT 'SHA-256 over salt and detail of audit_note; null: there never was one',
  mac            BINARY(32)  NOT NULL COMMENT 'HMAC-SHA-256 over all of the above; key derived from the master key',
  PRIMARY KEY (audit_id),
  KEY entry_target (target_user_id, audit_id),
  KEY entry_operator (operator, audit_id),
  KEY entry_action (action, audit_id),
  KEY entry_outcome (outcome, audit_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
PARTITION BY RANGE (audit_id) (PARTITION p_rest VALUES LESS THAN (MAXVALUE));

-- Which line is the how manieth, and what came before it. Whoever leaves a line out, or changes their order, has to make all later links anew.
CREATE TABLE IF NOT EXISTS usercenter_audit.chain (
  position BIGINT     NOT NULL COMMENT 'from 1, without gaps; unique, so of two that seal at once one fails',
  audit_id BIGINT     NOT NULL,
  link     BINARY(32) NOT NULL COMMENT 'HMAC-SHA-256 over position, the link before, and the mac of the line',
  PRIMARY KEY (position),
  UNIQUE KEY chain_entry (audit_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What was noted about a player goes when he is erased; the digest in the line stays and tells nothing without the salt.
CREATE TABLE audit_note (
  audit_id       BIGINT        NOT NULL,
  target_user_id BIGINT        NULL,
  salt           BINARY(16)    NOT NULL,
  detail         VARCHAR(2000) NOT NULL,
  PRIMARY KEY (audit_id),
  KEY audit_note_target (target_user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
PARTITION BY RANGE (audit_id) (PARTITION p_rest VALUES LESS THAN (MAXVALUE));

-- Lines that have no place in the chain yet. Written with the line, so one that comes late is found whenever it comes.
CREATE TABLE audit_pending (
  audit_id BIGINT     NOT NULL,
  mac      BINARY(32) NOT NULL,
  PRIMARY KEY (audit_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- How long the chain is, kept where the chain is not: what is cut off at its end is missed. Its row is the lock of who seals, too.
CREATE TABLE audit_head (
  id       TINYINT    NOT NULL COMMENT '1',
  position BIGINT     NOT NULL,
  link     BINARY(32) NOT NULL,
  mac      BINARY(32) NOT NULL COMMENT 'HMAC-SHA-256 over position and link; zeros while the chain is empty',
  PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

INSERT INTO audit_head (id, position, link, mac) VALUES (1, 0, REPEAT(CHAR(0 USING binary), 32), REPEAT(CHAR(0 USING binary), 32));

-- One partition for each month, this one and three ahead. It runs with the rights of who migrates, so that the service, which calls
-- it now and then, needs none to alter the tables.
DROP PROCEDURE IF EXISTS usercenter_audit.make_partitions;

DELIMITER //
CREATE PROCEDURE usercenter_audit.make_partitions()
  SQL SECURITY DEFINER
BEGIN
  DECLARE ahead INT DEFAULT 0;
  DECLARE first_day DATE;
  DECLARE bound BIGINT;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION
  BEGIN
    DO RELEASE_LOCK('usercenter_audit partitions');
    SET SESSION lock_wait_timeout = DEFAULT;
    RESIGNAL;
  END;
  IF GET_LOCK('usercenter_audit partitions', 0) = 1 THEN
    -- DDL waits for the transactions that use the table, and all others wait behind it.
    SET SESSION lock_wait_timeout = 2;
    WHILE ahead <= 3 DO
      SET first_day = DATE_FORMAT(UTC_DATE(), '%Y-%m-01') + INTERVAL ahead MONTH;
      SET bound = TIMESTAMPDIFF(SECOND, '2018-01-01', first_day + INTERVAL 1 MONTH) * 1000 * 1048576;
      CALL usercenter_audit.make_partition('usercenter_audit', 'entry', first_day, bound);
      CALL usercenter_audit.make_partition('usercenter_admin', 'audit_note', first_day, bound);
      SET ahead = ahead + 1;
    END WHILE;
    SET SESSION lock_wait_timeout = DEFAULT;
    DO RELEASE_LOCK('usercenter_audit partitions');
  END IF;
END //

DROP PROCEDURE IF EXISTS usercenter_audit.make_partition //

CREATE PROCEDURE usercenter_audit.make_partition(in_schema VARCHAR(64), in_table VARCHAR(64), first_day DATE, bound BIGINT)
  SQL SECURITY INVOKER
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM information_schema.partitions
    WHERE table_schema = in_schema AND table_name = in_table
      AND partition_description <> 'MAXVALUE' AND CAST(partition_description AS SIGNED) >= bound
  ) THEN
    SET @make_partition = CONCAT(
      'ALTER TABLE ', in_schema, '.', in_table, ' REORGANIZE PARTITION p_rest INTO (PARTITION p', DATE_FORMAT(first_day, '%Y%m'),
      ' VALUES LESS THAN (', bound, '), PARTITION p_rest VALUES LESS THAN (MAXVALUE))');
    PREPARE statement FROM @make_partition;
    EXECUTE statement;
    DEALLOCATE PREPARE statement;
  END IF;
END //
DELIMITER ;

CALL usercenter_audit.make_partitions();

-- No release wrote to it, and its lines could not be vouched for now.
DROP TABLE audit_log;
