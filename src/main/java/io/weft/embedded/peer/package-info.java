/**
 * A peer inside this process: it endorses, validates, commits and tells, by Fabric's rules and in Fabric's words. Peers of
 * one {@link io.weft.embedded.peer.Neighbourhood} share memory where Fabric's would gossip; peers of different processes ask
 * each other.
 */
package io.weft.embedded.peer;
