package io.usercenter.platform;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A MyBatis mapper over a table of the shards. The first parameter of every method routes: it is
 * {@code userId}, {@code username} or an identity.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface ShardMapper {}
