package io.usercenter.transfer;

import io.usercenter.id.Username;
import io.usercenter.password.StoredHash;
import io.usercenter.role.LegacyRole;
import java.time.Instant;
import java.util.List;

/**
 * An account of another system that can be taken over.
 *
 * @param created when it was registered there
 * @param roles its characters
 */
record LegacyAccount(
    long line,
    Username username,
    String displayName,
    StoredHash hash,
    String channel,
    Instant created,
    List<LegacyRole> roles)
    implements FileLine {}
