package io.usercenter.idempotency;

import io.usercenter.platform.AdminMapper;

/** The table {@code idempotency} of {@code usercenter_admin}. */
@AdminMapper
interface AdminIdempotencyMapper extends IdempotencyMapper {}
