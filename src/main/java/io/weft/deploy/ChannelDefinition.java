package io.weft.deploy;

import io.weft.model.Channel;
import io.weft.model.Member;
import io.weft.model.NodeRef;
import io.weft.model.Ordering;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a spec says of a channel's configuration, as texts by name, so that two of them can be compared by people. */
final class ChannelDefinition {
    private static final String TIMEOUT = "ordering.batch.timeout";

    private ChannelDefinition() {}

    /** A value as a spec spells it. Channels were recorded with a duration as ISO 8601 has it, and so they stay. */
    static String shown(String key, String value) {
        if (!key.equals(TIMEOUT) || !value.startsWith("PT")) {
            return value;
        }
        Duration timeout = Duration.parse(value);
        return timeout.toMillisPart() == 0 ? value.substring(2).toLowerCase(Locale.ROOT) : timeout.toMillis() + "ms";
    }

    static Map<String, String> of(Channel channel) {
        Ordering ordering = channel.ordering();
        Map<String, String> result = new LinkedHashMap<>();
        result.put("ordering.type", ordering.type().toString());
        result.put("ordering.organizations", String.join(", ", ordering.organizations()));
        result.put(
                "ordering.consenters",
                ordering.consenters().stream().map(NodeRef::toString).collect(Collectors.joining(", ")));
        result.put(TIMEOUT, ordering.batch().timeout().toString());
        result.put("ordering.batch.maxMessages", String.valueOf(ordering.batch().maxMessages()));
        result.put(
                "ordering.batch.preferredMaxBytes",
                String.valueOf(ordering.batch().preferredMaxBytes()));
        result.put(
                "ordering.batch.absoluteMaxBytes",
                String.valueOf(ordering.batch().absoluteMaxBytes()));
        result.put("ordering.options", new TreeMap<>(ordering.options()).toString());
        result.put(
                "members", channel.members().stream().map(Member::organization).collect(Collectors.joining(", ")));
        for (Member member : channel.members()) {
            result.put("members." + member.organization() + ".anchorPeers", String.join(", ", member.anchorPeers()));
        }
        result.put("policies", new TreeMap<>(channel.policies()).toString());
        result.put("acls", new TreeMap<>(channel.acls()).toString());
        result.put("capabilities.channel", channel.capabilities().channel());
        result.put("capabilities.orderer", channel.capabilities().orderer());
        result.put("capabilities.application", channel.capabilities().application());
        return Collections.unmodifiableMap(result);
    }
}
