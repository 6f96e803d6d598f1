/**
 * What can go wrong, as values and as one small family of exceptions. Every other package may use it; it uses only
 * the JDK.
 */
package io.weft.problem;
