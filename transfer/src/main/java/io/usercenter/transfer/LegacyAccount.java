package io.usercenter.transfer;

import io.usercenter.id.Username;
import io.usercenter.password.StoredHash;
import java.time.Instant;

/**
 * An account of another system that can be taken over.
 *
 * @param created when it was registered there
 */
record LegacyAccount(
    long line,
    Username username,
    String displayName,
    StoredHash hash,
    String channel,
    Instant created)
    implements FileLine {}
