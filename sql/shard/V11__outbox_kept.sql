-- What was announced is kept for as long as a token lives: Redis may lose all of its memory, and then it is told again.

ALTER TABLE outbox
  ADD COLUMN announced_at DATETIME(3) NULL COMMENT 'null: waits to be announced',
  ADD KEY outbox_announced (announced_at, seq);
