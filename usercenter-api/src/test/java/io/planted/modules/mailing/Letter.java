package io.planted.modules.mailing;

/** A letter. */
public record Letter(String text) {}
