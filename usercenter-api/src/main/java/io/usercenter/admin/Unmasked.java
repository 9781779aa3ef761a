package io.usercenter.admin;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A view that shows personal data as they are. Only the answer of a reveal, which took a
 * permission, a reason and a line in the audit, is one.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface Unmasked {}
