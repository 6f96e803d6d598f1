package io.weft.embedded.orderer;

/**
 * What a node says of itself on a channel.
 *
 * @param relation {@code consenter} or {@code follower}
 * @param status {@code active} or {@code onboarding}
 */
record ChannelInfo(String name, String relation, String status, long height) {}
