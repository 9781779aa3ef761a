package io.usercenter.admin;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An endpoint whose work may have to wait for another operator: then it answers 202. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface MayWait {}
