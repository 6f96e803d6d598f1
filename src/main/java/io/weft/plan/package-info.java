/**
 * Decides what to do: a pure function from the wanted network and what was observed to a plan of steps with their
 * prerequisites. Neither contacts anything nor knows how a step is done.
 */
package io.weft.plan;
