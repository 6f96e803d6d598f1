package io.weft.channel;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Map;
import org.hyperledger.fabric.protos.orderer.smartbft.Options;

/**
 * The options of the consensus protocols: configtxgen's defaults but for Raft's ticks, and the spec's own over them. Fabric
 * waits as long for a leader that is gone and more often for the first one: the consenter that it picks tries every two
 * heartbeats ({@code orderer/consensus/etcdraft/node.go}).
 */
final class ConsensusOptions {
    private ConsensusOptions() {}

    static org.hyperledger.fabric.protos.orderer.etcdraft.Options raft(Map<String, Object> given) {
        org.hyperledger.fabric.protos.orderer.etcdraft.Options.Builder result =
                org.hyperledger.fabric.protos.orderer.etcdraft.Options.newBuilder()
                        .setTickInterval("100ms")
                        .setElectionTick(50)
                        .setHeartbeatTick(1)
                        .setMaxInflightBlocks(5)
                        .setSnapshotIntervalSize(16 * 1024 * 1024);
        given.forEach((name, value) -> set(result, name, value));
        return result.build();
    }

    static Options bft(Map<String, Object> given) {
        Options.Builder result = Options.newBuilder()
                .setRequestBatchMaxCount(100)
                .setRequestBatchMaxBytes(10 * 1024 * 1024)
                .setRequestBatchMaxInterval("50ms")
                .setIncomingMessageBufferSize(200)
                .setRequestPoolSize(400)
                .setRequestForwardTimeout("2s")
                .setRequestComplainTimeout("20s")
                .setRequestAutoRemoveTimeout("3m0s")
                .setViewChangeResendInterval("5s")
                .setViewChangeTimeout("20s")
                .setLeaderHeartbeatTimeout("1m0s")
                .setLeaderHeartbeatCount(10)
                .setCollectTimeout("1s");
        given.forEach((name, value) -> set(result, name, value));
        return result.build();
    }

    /** The options' names in a spec are the JSON names of the message's fields. */
    private static void set(Message.Builder options, String name, Object value) {
        FieldDescriptor field = options.getDescriptorForType().getFields().stream()
                .filter(candidate -> candidate.getJsonName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Unknown consensus option `" + name + "`"));
        options.setField(field, convert(field, name, value));
    }

    private static Object convert(FieldDescriptor field, String name, Object value) {
        return switch (field.getJavaType()) {
            case INT -> Math.toIntExact(number(name, value));
            case LONG -> number(name, value);
            case BOOLEAN -> Boolean.valueOf(value.toString());
            case STRING -> value.toString();
            default -> throw new IllegalArgumentException("The consensus option `" + name + "` cannot be set");
        };
    }

    private static long number(String name, Object value) {
        if (value instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalArgumentException("The consensus option `" + name + "` is no number: `" + value + "`");
    }
}
