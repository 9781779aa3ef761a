-- Rejected role events can be sent again by operators, and streams of role events can be stopped.

ALTER TABLE rejected_role_event
  MODIFY entry_id VARCHAR(64) NOT NULL COMMENT 'its id in that stream; an entry that is delivered twice is listed once',
  MODIFY reason VARCHAR(32) NOT NULL COMMENT 'MALFORMED, FORGED, NOT_GRANTED, UNKNOWN_USER, ERASED_USER, IN_THE_FUTURE, NOT_STORABLE',
  ADD credential_id  VARCHAR(32) NULL COMMENT 'who vouched for it, if the entry says so; proved only where the reason is neither FORGED nor MALFORMED',
  ADD replayed_by    VARCHAR(64) NULL COMMENT 'the operator who had it applied',
  ADD replay_outcome VARCHAR(32) NULL COMMENT 'APPLIED, SUPERSEDED, PARKED or the reason why it was rejected again',
  ADD KEY rejected_role_event_open (replayed_at, rejected_id);

CREATE TABLE role_stream_pause (
  stream    TINYINT      NOT NULL COMMENT '0 to 31; while its row is here no listener works the stream off',
  reason    VARCHAR(255) NOT NULL,
  paused_by VARCHAR(64)  NOT NULL,
  paused_at DATETIME(3)  NOT NULL,
  PRIMARY KEY (stream)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
