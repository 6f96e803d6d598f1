package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.weft.channel.BlockHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockData;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.BlockMetadata;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.ledger.rwset.TxPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeEndorsedAction;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TransactionAction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/** A channel of one peer with transactions that are simulated and put into blocks by hand. */
final class Chain {
    static final ByteString CONFIGURATION = ByteString.copyFromUtf8("a configuration");

    final ChannelLedger ledger;
    private BlockToLive blockToLive = BlockToLive.UNLIMITED;

    Chain(ChannelLedger ledger) {
        this.ledger = ledger;
    }

    static Chain begin(Ledgers ledgers, String channel) {
        return new Chain(ledgers.create(channel, genesis(channel)));
    }

    Chain living(BlockToLive newBlockToLive) {
        blockToLive = newBlockToLive;
        return this;
    }

    static Block genesis(String channel) {
        return block(0, ByteString.EMPTY, List.of(envelope(channel, "genesis", HeaderType.CONFIG, CONFIGURATION)));
    }

    static Block block(long number, ByteString previous, List<Envelope> envelopes) {
        BlockData data = BlockData.newBuilder()
                .addAllData(envelopes.stream().map(Envelope::toByteString).toList())
                .build();
        return Block.newBuilder()
                .setHeader(BlockHeader.newBuilder()
                        .setNumber(number)
                        .setPreviousHash(previous)
                        .setDataHash(BlockHash.ofData(data)))
                .setData(data)
                .setMetadata(BlockMetadata.newBuilder().addAllMetadata(Collections.nCopies(5, ByteString.EMPTY)))
                .build();
    }

    static Envelope envelope(String channel, String txId, HeaderType type, ByteString data) {
        return Envelope.newBuilder()
                .setPayload(Payload.newBuilder()
                        .setHeader(Header.newBuilder()
                                .setChannelHeader(ChannelHeader.newBuilder()
                                        .setType(type.getNumber())
                                        .setChannelId(channel)
                                        .setTxId(txId)
                                        .setTimestamp(Timestamp.newBuilder().setSeconds(1_700_000_000 + txId.length()))
                                        .build()
                                        .toByteString()))
                        .setData(data)
                        .build()
                        .toByteString())
                .build();
    }

    /** A transaction as it comes out of its simulation. */
    record Simulated(String txId, TxReadWriteSet open, TxPvtReadWriteSet secret) {
        Envelope envelope(String channel) {
            ByteString extension = ChaincodeAction.newBuilder()
                    .setResults(open.toByteString())
                    .build()
                    .toByteString();
            ByteString response = ProposalResponsePayload.newBuilder()
                    .setExtension(extension)
                    .build()
                    .toByteString();
            ByteString action = ChaincodeActionPayload.newBuilder()
                    .setAction(ChaincodeEndorsedAction.newBuilder().setProposalResponsePayload(response))
                    .build()
                    .toByteString();
            return Chain.envelope(
                    channel,
                    txId,
                    HeaderType.ENDORSER_TRANSACTION,
                    Transaction.newBuilder()
                            .addActions(TransactionAction.newBuilder().setPayload(action))
                            .build()
                            .toByteString());
        }
    }

    Simulated simulate(String txId, Consumer<Simulation> chaincode) {
        try (Simulation simulation = ledger.simulate(txId)) {
            chaincode.accept(simulation);
            return new Simulated(txId, simulation.publicWrites(), simulation.privateWrites());
        }
    }

    Block next(Simulated... transactions) {
        return block(
                ledger.height(),
                ledger.info().getCurrentBlockHash(),
                Arrays.stream(transactions)
                        .map(transaction -> transaction.envelope(ledger.channel()))
                        .toList());
    }

    /** A block of these, all endorsed as they should be, with all private data. */
    List<TxValidationCode> commit(Simulated... transactions) {
        Map<String, TxPvtReadWriteSet> secrets = new HashMap<>();
        for (Simulated transaction : transactions) {
            secrets.putIfAbsent(transaction.txId(), transaction.secret());
        }
        return ledger.commit(next(transactions), valid(transactions.length), secrets, blockToLive);
    }

    List<TxValidationCode> commitWithoutPrivateData(Simulated... transactions) {
        return ledger.commit(next(transactions), valid(transactions.length), Map.of(), blockToLive);
    }

    /** A block with one transaction. */
    TxValidationCode run(String txId, Consumer<Simulation> chaincode) {
        return commit(simulate(txId, chaincode)).get(0);
    }

    static List<TxValidationCode> valid(int count) {
        return new ArrayList<>(Collections.nCopies(count, TxValidationCode.VALID));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
