/**
 * What game servers tell of their players' characters: the events, their form, and who sends them.
 */
@NullMarked
package io.usercenter.roleevent;

import org.jspecify.annotations.NullMarked;
