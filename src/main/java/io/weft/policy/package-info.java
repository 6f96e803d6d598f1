/**
 * The texts by which Fabric's policies are written: signature policies, implicit meta policies and references to a
 * channel's policies. Turns them into values, with the place of every mistake; knows only the JDK.
 */
package io.weft.policy;
