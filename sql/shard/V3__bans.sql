-- Bans of many at once, and bans whose start lies ahead.

ALTER TABLE ban
  ADD COLUMN batch_id VARCHAR(32) NULL COMMENT 'of ban_batch in usercenter_admin; null for a ban of its own',
  ADD COLUMN kicks_at DATETIME(3) NULL COMMENT 'when the sessions have to be ended; null once that is done, or was never needed',
  -- A batch that is repeated finds what it did.
  ADD UNIQUE KEY ban_batch (user_id, batch_id),
  -- Holds the few bans that wait for their start, so looking for due ones reads next to nothing.
  ADD KEY ban_kicks_at (kicks_at);
