package io.usercenter.idempotency;

import io.usercenter.platform.ShardMapper;

/** The table {@code idempotency} of the shards. */
@ShardMapper
interface ShardIdempotencyMapper extends IdempotencyMapper {}
