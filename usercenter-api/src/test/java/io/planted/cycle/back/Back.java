package io.planted.cycle.back;

import io.planted.cycle.there.There;
import org.jspecify.annotations.Nullable;

/** The other half. */
public record Back(@Nullable There there) {}
