package io.weft.embedded.ledger;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.LongConsumer;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockchainInfo;
import org.hyperledger.fabric.protos.ledger.rwset.TxPvtReadWriteSet;
import org.hyperledger.fabric.protos.peer.ProcessedTransaction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/** The ledger of one channel at one peer: blocks, state, private data, history. */
public final class ChannelLedger implements BlockSource {
    ChannelLedger() {}

    public String channel() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long height() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Block block(long number) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Registration onHeight(LongConsumer newHeight) {
        throw new UnsupportedOperationException();
    }

    /** The block whose header has this hash. */
    public Optional<Block> blockByHash(ByteString headerHash) {
        throw new UnsupportedOperationException();
    }

    public Optional<Block> blockByTransaction(String txId) {
        throw new UnsupportedOperationException();
    }

    public Optional<ProcessedTransaction> transaction(String txId) {
        throw new UnsupportedOperationException();
    }

    public Optional<TxValidationCode> code(String txId) {
        throw new UnsupportedOperationException();
    }

    /** The number of the block that has the transaction. */
    public Optional<Long> blockNumber(String txId) {
        throw new UnsupportedOperationException();
    }

    public BlockchainInfo info() {
        throw new UnsupportedOperationException();
    }

    /** A consistent snapshot of the committed state for one transaction. */
    public Simulation simulate(String txId) {
        throw new UnsupportedOperationException();
    }

    public Optional<byte[]> state(String namespace, String key) {
        throw new UnsupportedOperationException();
    }

    public List<Entry> range(String namespace, String from, String to) {
        throw new UnsupportedOperationException();
    }

    public Optional<byte[]> metadata(String namespace, String key, String name) {
        throw new UnsupportedOperationException();
    }

    /** Metadata of a private key, which is known by its SHA-256 hash only. */
    public Optional<byte[]> privateMetadata(String namespace, String collection, ByteString keyHash, String name) {
        throw new UnsupportedOperationException();
    }

    public Optional<byte[]> privateState(String namespace, String collection, String key) {
        throw new UnsupportedOperationException();
    }

    /** Hash of the committed value of a private key. */
    public Optional<byte[]> privateHash(String namespace, String collection, ByteString keyHash) {
        throw new UnsupportedOperationException();
    }

    /** The private data of a block's transactions that this peer has, by position in the block. */
    public SortedMap<Integer, TxPvtReadWriteSet> privateData(long block) {
        throw new UnsupportedOperationException();
    }

    public List<TxValidationCode> commit(
            Block block, List<TxValidationCode> codes, Map<String, TxPvtReadWriteSet> privateDataByTxId) {
        return commit(block, codes, privateDataByTxId, BlockToLive.UNLIMITED);
    }

    public List<TxValidationCode> commit(
            Block block,
            List<TxValidationCode> codes,
            Map<String, TxPvtReadWriteSet> privateDataByTxId,
            BlockToLive blockToLive) {
        throw new UnsupportedOperationException();
    }
}
