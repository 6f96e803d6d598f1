/**
 * Ordering nodes in this process: {@code AtomicBroadcast}, the channel participation API and the operations endpoint of
 * each, and between them, in place of Raft and BFT, one chain in memory for every channel.
 */
package io.weft.embedded.orderer;
