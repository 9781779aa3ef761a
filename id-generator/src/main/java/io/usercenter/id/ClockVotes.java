package io.usercenter.id;

/**
 * How often each clock was outvoted by the other two since the start.
 *
 * @param store the database's clock
 * @param wall the wall clock of this machine
 * @param own the generator's clock, which was then corrected
 */
public record ClockVotes(long store, long wall, long own) {}
