/**
 * Fabric networks for JUnit 5: an annotation starts one, parameters of tests are clients of it. Needs
 * {@code junit-jupiter-api}, which weft does not bring along.
 */
package io.weft.junit;
