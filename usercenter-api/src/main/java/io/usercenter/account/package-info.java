/** Accounts: registering, recognising by password, and what others may know of them. */
@NullMarked
@ApplicationModule(
    displayName = "account",
    allowedDependencies = {"id", "shard", "password", "platform", "identity", "scope"})
package io.usercenter.account;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
