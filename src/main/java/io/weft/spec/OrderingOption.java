package io.weft.spec;

import io.weft.model.ConsensusType;
import io.weft.model.GoDuration;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An option of a consensus protocol, with the default that Fabric's own programs use.
 *
 * @param name as in {@code configtx.yaml}, in lower camel case
 * @param type the protocol
 * @param fallback a {@code Duration} (Go's text form in the model), an {@code Integer}, or a {@code Boolean}
 * @param bytes whether a number counts bytes and may have a unit
 */
record OrderingOption(String name, ConsensusType type, Object fallback, boolean bytes) {
    private static final List<OrderingOption> ALL = List.of(
            raft("tickInterval", Duration.ofMillis(100)),
            raft("electionTick", 50),
            raft("heartbeatTick", 1),
            raft("maxInflightBlocks", 5),
            new OrderingOption("snapshotIntervalSize", ConsensusType.RAFT, 16 << 20, true),
            bft("requestBatchMaxInterval", Duration.ofMillis(50)),
            bft("incomingMessageBufferSize", 200),
            bft("requestPoolSize", 400),
            bft("requestForwardTimeout", Duration.ofSeconds(2)),
            bft("requestComplainTimeout", Duration.ofSeconds(20)),
            bft("requestAutoRemoveTimeout", Duration.ofMinutes(3)),
            bft("viewChangeResendInterval", Duration.ofSeconds(5)),
            bft("viewChangeTimeout", Duration.ofSeconds(20)),
            bft("leaderHeartbeatTimeout", Duration.ofMinutes(1)),
            bft("leaderHeartbeatCount", 10),
            bft("collectTimeout", Duration.ofSeconds(1)),
            bft("syncOnStart", false),
            bft("speedUpViewChange", false));

    private static OrderingOption raft(String name, Object fallback) {
        return new OrderingOption(name, ConsensusType.RAFT, fallback, false);
    }

    private static OrderingOption bft(String name, Object fallback) {
        return new OrderingOption(name, ConsensusType.BFT, fallback, false);
    }

    static List<OrderingOption> of(ConsensusType type) {
        return ALL.stream().filter(option -> option.type == type).toList();
    }

    static Optional<OrderingOption> named(String name) {
        return ALL.stream().filter(option -> option.name.equals(name)).findFirst();
    }

    /** The names of a protocol's options. */
    static List<String> names(ConsensusType type) {
        return of(type).stream().map(OrderingOption::name).toList();
    }

    /** The default as the model holds values: durations as Go's text. */
    Object modelDefault() {
        return fallback instanceof Duration duration ? GoDuration.format(duration) : fallback;
    }

    /** What a value of the model is in a spec. */
    Object print(Object value) {
        if (fallback instanceof Duration) {
            return Durations.formatForGo(GoDuration.parse(value.toString()));
        }
        return bytes ? Quantity.formatBytes(((Number) value).longValue()) : value;
    }

    /** What a value of the spec is in the model; empty if it has the wrong form, which the schema reports. */
    Optional<Object> read(YamlScalar scalar) {
        if (fallback instanceof Duration) {
            return Durations.parse(scalar.text()).map(GoDuration::format);
        }
        if (fallback instanceof Boolean) {
            return Optional.ofNullable(scalar.value()).filter(Boolean.class::isInstance);
        }
        return SpecReader.bytes(scalar).map(Object.class::cast);
    }
}
