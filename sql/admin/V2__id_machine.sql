-- The 256 machine numbers in user ids. A process that mints ids holds one row and a window of timestamps.
-- What a row says: every timestamp below reserved_until is spent or promised to `token`, none from it on is.
-- Times are ms since 2018-01-01T00:00:00Z, the timestamps in the ids themselves.

CREATE TABLE id_machine (
  machine        SMALLINT     NOT NULL COMMENT '0 to 255',
  token          VARCHAR(32)  NOT NULL COMMENT 'random, new for every lease; empty after a clean release',
  process        VARCHAR(128) NOT NULL COMMENT 'who holds it or held it last',
  reserved_until BIGINT       NOT NULL COMMENT 'free when this has passed',
  PRIMARY KEY (machine),
  CONSTRAINT id_machine_fits_the_id CHECK (machine BETWEEN 0 AND 255)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

INSERT INTO id_machine (machine, token, process, reserved_until)
WITH RECURSIVE number (machine) AS (SELECT 0 UNION ALL SELECT machine + 1 FROM number WHERE machine < 255)
SELECT machine, '', '', 0 FROM number;
