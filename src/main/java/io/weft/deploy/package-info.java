/**
 * The work behind each step of a plan, one class for each subject: what is there of it, and how it is brought about.
 * Both questions are answered by the same class, so that observing and acting cannot disagree.
 */
package io.weft.deploy;
