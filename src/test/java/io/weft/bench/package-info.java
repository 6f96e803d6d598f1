/** Programs that measure, for {@code scripts/}. */
package io.weft.bench;
