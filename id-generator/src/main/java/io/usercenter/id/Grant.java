package io.usercenter.id;

/**
 * A row that is ours now.
 *
 * @param from the first timestamp that nobody has used, in ms since 2018
 * @param until the first timestamp that is not ours
 */
record Grant(int machine, String token, long from, long until) {}
