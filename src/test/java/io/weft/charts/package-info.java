/**
 * Checks the charts in {@code charts/}: what they render, what they refuse and what their READMEs say. Helm runs in the JVM and
 * needs no cluster for this.
 */
package io.weft.charts;
