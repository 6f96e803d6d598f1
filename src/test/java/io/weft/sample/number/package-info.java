/** One of two types with the same simple name. */
package io.weft.sample.number;
