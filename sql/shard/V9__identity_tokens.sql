-- Epoch and state of a row can come back: an instance that stood still reserves it again at the epoch it
-- read long ago, and a confirmation of the first reservation that arrives late would take it for its own.
ALTER TABLE identity
  ADD COLUMN token BIGINT NOT NULL DEFAULT 0 COMMENT 'random, another one whenever a change begins' AFTER fence;
