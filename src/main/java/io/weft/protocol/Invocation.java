package io.weft.protocol;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;

/**
 * A call of a chaincode's function, before anybody signed it.
 *
 * @param channel the channel ID; empty for the functions of system chaincodes that belong to no channel
 * @param chaincode the chaincode's name
 * @param arguments the function's name, then what it takes
 * @param kind what the header says it is
 */
public record Invocation(String channel, String chaincode, List<ByteString> arguments, Kind kind) {
    /** What the channel header calls a proposal. */
    public enum Kind {
        /** An endorser transaction, or a query. */
        TRANSACTION,
        /** The first transaction of a chaincode whose definition demands one. */
        INITIALIZATION,
        /** A change of the peer's own configuration: {@code cscc}'s {@code JoinChain}. */
        CONFIGURATION
    }

    public Invocation {
        requireNonNull(channel, "channel");
        requireNonNull(chaincode, "chaincode");
        arguments = List.copyOf(arguments);
        requireNonNull(kind, "kind");
    }

    /** A transaction or query whose arguments are text. */
    public static Invocation of(String channel, String chaincode, String... arguments) {
        return new Invocation(
                channel,
                chaincode,
                Arrays.stream(arguments).map(ByteString::copyFromUtf8).toList(),
                Kind.TRANSACTION);
    }

    /** The function's name. */
    public String function() {
        return arguments.isEmpty() ? "" : arguments.get(0).toStringUtf8();
    }

    /** {@code JoinChain of cscc}, with the channel if there is one. */
    @Override
    public String toString() {
        String call = "`" + function() + "` of `" + chaincode + "`";
        return channel.isEmpty() ? call : call + " on channel `" + channel + "`";
    }
}
