package io.usercenter.identity;

import java.time.Instant;

/** An identity of an account, and since when. */
public record LinkedIdentity(Identity identity, Instant linkedAt) {}
