/**
 * Who is who in a network: the Secrets with the keys and certificates of authorities, nodes, admins and users, what
 * they must contain, what is wrong with those that exist, and their export for other Fabric tools. Keys in use are
 * never replaced.
 */
package io.weft.identity;
