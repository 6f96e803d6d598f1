/** A small contract to try networks with; not used by weft itself. */
package io.weft.sample;
