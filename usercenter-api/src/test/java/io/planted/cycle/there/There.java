package io.planted.cycle.there;

import io.planted.cycle.back.Back;

/** One half of a cycle. */
public record There(Back back) {}
