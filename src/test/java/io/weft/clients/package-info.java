/** Clients that nobody here wrote: Fabric's own programs, and gateway applications in other languages. */
@org.jspecify.annotations.NullMarked
package io.weft.clients;
