/** Spans of requests and of the statements in them, for an OpenTelemetry collector. */
@NullMarked
package io.usercenter.trace;

import org.jspecify.annotations.NullMarked;
