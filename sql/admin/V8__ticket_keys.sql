-- Which keys each game server has for its tickets. The keys themselves are nowhere: each is derived from the master key,
-- the server id and the epoch. Like signing keys they take turns by time, so nothing has to happen here when a turn begins.

CREATE TABLE ticket_key (
  server_id      VARCHAR(32) NOT NULL,
  epoch          INT         NOT NULL COMMENT 'rises by one from 0; tickets show its low eight bits',
  created_at     DATETIME(3) NOT NULL COMMENT 'from then on it is delivered to the game server',
  mints_from     DATETIME(3) NULL COMMENT 'null for the one that waits for its turn',
  compromised_at DATETIME(3) NULL COMMENT 'from then on it makes no ticket, and none that it made is believed',
  announced_in   VARCHAR(64) NULL COMMENT 'generation of the revocation feed that was told of that',
  PRIMARY KEY (server_id, epoch),
  KEY ticket_key_compromised (compromised_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
