package io.weft.scenario;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.weft.protocol.GrpcFailure;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.hyperledger.fabric.protos.ledger.rwset.CollectionHashedReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.HashedRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.RangeQueryInfo;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.Version;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;
import org.hyperledger.fabric.protos.peer.ProposalResponse;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Response;

/** What was done and what was answered, without what is different each time. */
final class Transcript {
    private final StringBuilder text = new StringBuilder();
    private final Map<String, String> names = new LinkedHashMap<>();
    private LongFunction<String> blockNames = Long::toString;

    Transcript(String title) {
        text.append(title).append('\n');
    }

    /** Says a word instead of a text from now on. */
    void name(String actual, String word) {
        names.put(actual, word);
    }

    void nameBlocks(LongFunction<String> word) {
        blockNames = word;
    }

    /** A step, in words. */
    void step(String words) {
        text.append("\n- ").append(words).append('\n');
    }

    /** Something observed. */
    void says(String what) {
        plain(what).lines().forEach(line -> text.append("    ")
                .append(line.stripTrailing())
                .append('\n'));
    }

    void says(String what, Object value) {
        says(what + ": " + value);
    }

    /** A failed call. */
    void failure(StatusRuntimeException failure) {
        Status status = failure.getStatus();
        says("gRPC", status.getCode() + ": " + status.getDescription());
        GrpcFailure.detailsOf(failure).stream()
                .map(detail -> plain(
                                "  " + detail.getMspId() + " at " + detail.getAddress() + ": " + detail.getMessage())
                        .replaceAll("<peer[01]\\.(org[12])>", "<a peer of $1>"))
                .sorted()
                .distinct()
                .forEach(this::says);
    }

    void response(Response response) {
        says("status", response.getStatus());
        if (!response.getMessage().isEmpty()) {
            says("message", response.getMessage());
        }
        if (!response.getPayload().isEmpty()) {
            says("payload", printable(response.getPayload()));
        }
    }

    /** What a peer answered to a proposal, read-write set included. */
    void response(ProposalResponse answer) {
        response(answer.getResponse());
        if (answer.getPayload().isEmpty()) {
            says("no endorsement");
            return;
        }
        try {
            action(ChaincodeAction.parseFrom(
                    ProposalResponsePayload.parseFrom(answer.getPayload()).getExtension()));
            if (answer.hasEndorsement()) {
                says(
                        "endorsed for",
                        SerializedIdentity.parseFrom(answer.getEndorsement().getEndorser())
                                .getMspid());
            } else {
                says("no endorsement");
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private void action(ChaincodeAction action) throws InvalidProtocolBufferException {
        if (!action.getChaincodeId().getName().isEmpty()) {
            says(
                    "chaincode",
                    action.getChaincodeId().getName() + " "
                            + action.getChaincodeId().getVersion());
        }
        if (!action.getEvents().isEmpty()) {
            event(ChaincodeEvent.parseFrom(action.getEvents()));
        }
        for (NsReadWriteSet namespace :
                TxReadWriteSet.parseFrom(action.getResults()).getNsRwsetList()) {
            KVRWSet set = KVRWSet.parseFrom(namespace.getRwset());
            List<String> lines = new ArrayList<>();
            for (KVRead read : set.getReadsList()) {
                lines.add("reads " + key(read.getKey()) + version(read.hasVersion(), read.getVersion()));
            }
            for (RangeQueryInfo range : set.getRangeQueriesInfoList()) {
                lines.add("reads range " + key(range.getStartKey()) + ".." + key(range.getEndKey()) + " "
                        + (range.getItrExhausted() ? "to its end" : "in part")
                        + range.getRawReads().getKvReadsList().stream()
                                .map(read -> " " + key(read.getKey()) + version(read.hasVersion(), read.getVersion()))
                                .collect(Collectors.joining()));
            }
            for (KVWrite write : set.getWritesList()) {
                lines.add(
                        write.getIsDelete()
                                ? "deletes " + key(write.getKey())
                                : "writes " + key(write.getKey()) + " = " + printable(write.getValue()));
            }
            set.getMetadataWritesList()
                    .forEach(write -> lines.add("writes metadata of " + key(write.getKey()) + ": "
                            + write.getEntriesList().stream()
                                    .map(entry -> entry.getName())
                                    .toList()));
            says("namespace " + namespace.getNamespace() + (lines.isEmpty() ? ": nothing" : ""));
            lines.forEach(line -> says("  " + line));
            for (CollectionHashedReadWriteSet collection : namespace.getCollectionHashedRwsetList()) {
                HashedRWSet hashed = HashedRWSet.parseFrom(collection.getHashedRwset());
                says("  collection " + collection.getCollectionName() + ": " + hashed.getHashedReadsCount()
                        + " hashed reads, "
                        + hashed.getHashedWritesList().stream()
                                .map(write -> (write.getIsPurge() ? "purge" : write.getIsDelete() ? "delete" : "write")
                                        + " of a key hash of "
                                        + write.getKeyHash().size() + " bytes, value hash of "
                                        + write.getValueHash().size())
                                .toList()
                        + ", hash of the private set of "
                        + collection.getPvtRwsetHash().size() + " bytes");
            }
        }
    }

    void event(ChaincodeEvent event) {
        says(
                "event",
                event.getEventName() + " of " + event.getChaincodeId() + ", transaction " + event.getTxId() + ": "
                        + printable(event.getPayload()));
    }

    String block(long number) {
        return blockNames.apply(number);
    }

    private String version(boolean present, Version version) {
        return present ? " at block " + block(version.getBlockNum()) + " transaction " + version.getTxNum() : " absent";
    }

    private static String key(String key) {
        return "`" + key.replace("\0", "\\0").replace(new String(Character.toChars(0x10ffff)), "\\max") + "`";
    }

    static String printable(ByteString bytes) {
        try {
            String result = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
            return result.chars().allMatch(c -> c >= ' ' || c == '\n') ? result : "<bytes>";
        } catch (CharacterCodingException e) {
            return "<bytes>";
        }
    }

    private String plain(String what) {
        String result = what;
        for (Map.Entry<String, String> name : names.entrySet()) {
            result = result.replace(name.getKey(), name.getValue());
        }
        return result.replaceAll("\\b[0-9a-f]{64}\\b", "<64 hex>")
                .replaceAll("\\b[0-9a-f]{30,}\\b", "<hex>")
                .replaceAll("\\b[0-9a-f]{2}(:[0-9a-f]{2}){15,}\\b", "<hex>")
                .replaceAll("\\b[0-9]{20,}\\b", "<number>")
                .replaceAll(
                        "\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?( \\+0000 UTC| ?UTC|Z)?( m=[+0-9.]+)?",
                        "<time>")
                .replaceAll("\\[[0-9a-f]{8}\\]", "[<tx>]")
                .replaceAll("message payload is [0-9]+ bytes", "message payload is <number> bytes")
                .replaceAll(
                        "(proto:.)?(cannot parse invalid wire-format data|Protocol message [a-z ]+\\.)", "<why not>")
                .replaceAll("(127\\.0\\.0\\.1|localhost):\\d+", "<address>");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
