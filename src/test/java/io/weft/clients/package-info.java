/** Clients that nobody here wrote: Fabric's own programs, and gateway applications in other languages. */
package io.weft.clients;
