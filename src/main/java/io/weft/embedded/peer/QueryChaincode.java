package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.weft.embedded.config.RuleException;
import io.weft.embedded.ledger.ChannelLedger;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.peer.Response;

/**
 * The system chaincode {@code qscc}: blocks and transactions of a channel.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/core/scc/qscc/query.go">Fabric's query.go</a>
 */
final class QueryChaincode {
    private final PeerNode peer;

    QueryChaincode(PeerNode peer) {
        this.peer = peer;
    }

    Response invoke(ProposedCall call) {
        List<ByteString> arguments = call.input().getArgsList();
        if (arguments.size() < 2) {
            return SystemChaincodes.error("Incorrect number of arguments, " + arguments.size());
        }
        String function = arguments.get(0).toStringUtf8();
        String channel = arguments.get(1).toStringUtf8();
        if (!function.equals("GetChainInfo") && arguments.size() < 3) {
            return SystemChaincodes.error("missing 3rd argument for " + function);
        }
        Optional<PeerChannel> found = peer.channel(channel);
        if (found.isEmpty()) {
            return SystemChaincodes.error("Invalid chain ID, " + channel);
        }
        try {
            peer.authorize("qscc/" + function, channel, call.signed());
        } catch (RuleException e) {
            return SystemChaincodes.error(
                    "access denied for [" + function + "][" + channel + "]: [" + e.getMessage() + "]");
        }
        ChannelLedger ledger = found.get().ledger();
        ByteString argument = arguments.size() > 2 ? arguments.get(2) : ByteString.EMPTY;
        return switch (function) {
            case "GetChainInfo" -> SystemChaincodes.success(ledger.info().toByteString());
            case "GetBlockByNumber" -> blockByNumber(ledger, argument.toStringUtf8());
            case "GetBlockByHash" ->
                answer(
                        ledger.blockByHash(argument),
                        "Failed to get block hash " + argument.toStringUtf8() + ", error no such block hash ["
                                + hex(argument) + "] in index");
            case "GetTransactionByID" ->
                answer(
                        ledger.transaction(argument.toStringUtf8()),
                        "Failed to get transaction with id " + argument.toStringUtf8()
                                + ", error no such transaction ID [" + argument.toStringUtf8() + "] in index");
            case "GetBlockByTxID" ->
                answer(
                        ledger.blockByTransaction(argument.toStringUtf8()),
                        "Failed to get block for txID " + argument.toStringUtf8() + ", error no such transaction ID ["
                                + argument.toStringUtf8() + "] in index");
            default -> SystemChaincodes.error("Requested function " + function + " not found.");
        };
    }

    /** The highest unsigned number stands for the newest block. */
    private static Response blockByNumber(ChannelLedger ledger, String text) {
        long number;
        try {
            number = Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            return SystemChaincodes.error("Failed to parse block number with error strconv.ParseUint: parsing \"" + text
                    + "\": invalid syntax");
        }
        long height = ledger.height();
        long wanted = number == -1 ? height - 1 : number;
        Optional<Block> block =
                Long.compareUnsigned(wanted, height) < 0 ? Optional.of(ledger.block(wanted)) : Optional.empty();
        return answer(
                block,
                "Failed to get block number " + Long.toUnsignedString(number) + ", error no such block number ["
                        + Long.toUnsignedString(number) + "] in index");
    }

    private static Response answer(Optional<? extends MessageLite> found, String otherwise) {
        return found.map(message -> SystemChaincodes.success(message.toByteString()))
                .orElseGet(() -> SystemChaincodes.error(otherwise));
    }

    private static String hex(ByteString bytes) {
        return java.util.HexFormat.of().formatHex(bytes.toByteArray());
    }
}
