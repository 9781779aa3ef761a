-- Role events that could not be applied, with the reason and the text as it came, so that they can be sent again.

CREATE TABLE rejected_role_event (
  rejected_id BIGINT       NOT NULL AUTO_INCREMENT,
  stream      VARCHAR(64)  NOT NULL COMMENT 'name of the Redis stream',
  entry_id    VARCHAR(41)  NOT NULL COMMENT 'its id in that stream; an entry that is delivered twice is listed once',
  rejected_at DATETIME(3)  NOT NULL,
  reason      VARCHAR(32)  NOT NULL COMMENT 'MALFORMED, UNKNOWN_USER, IN_THE_FUTURE, NOT_STORABLE',
  detail      VARCHAR(255) NOT NULL COMMENT 'for people: which field, which rule',
  server_id   VARCHAR(32)  NULL COMMENT 'null, as the next two, when the event could not be read',
  user_id     BIGINT       NULL,
  role_id     VARCHAR(64)  NULL,
  event       TEXT         NOT NULL COMMENT 'as it came; cut after 16000 characters',
  replayed_at DATETIME(3)  NULL COMMENT 'when it was sent again',
  PRIMARY KEY (rejected_id),
  UNIQUE KEY rejected_role_event_entry (stream, entry_id),
  KEY rejected_role_event_time (rejected_at),
  KEY rejected_role_event_user (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
