/**
 * Serves blocks as Fabric's deliver services do: a client asks for a range, and gets what there is and what comes. Ordering
 * nodes and peers share it.
 */
package io.weft.embedded.deliver;
