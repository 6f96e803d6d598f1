package io.weft.embedded.peer;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.config.ConfigUpdates;
import io.weft.embedded.config.RuleException;
import io.weft.embedded.deliver.DeliverableChannel;
import io.weft.embedded.ledger.AwaitedBlocks;
import io.weft.embedded.ledger.BlockSource;
import io.weft.embedded.ledger.BlockToLive;
import io.weft.embedded.ledger.ChannelLedger;
import io.weft.embedded.ledger.ConfigBlock;
import io.weft.embedded.remote.OrderedBlock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.OrdererBlockMetadata;
import org.hyperledger.fabric.protos.ledger.rwset.TxPvtReadWriteSet;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel that the peer has joined: takes its blocks from the ordering service, validates and commits them, on one thread
 * of its own.
 */
final class PeerChannel implements DeliverableChannel, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerChannel.class);

    private final PeerNode peer;
    private final String name;
    private final ChannelLedger ledger;
    private final Ordering.Feed feed;
    private final AwaitedBlocks awaited;
    private final PrivateData privateData;
    private final CommitWaiters waiters = new CommitWaiters();
    private final Thread committer;
    private volatile ChannelView view;
    private volatile Optional<String> failure = Optional.empty();

    PeerChannel(PeerNode peer, ChannelLedger ledger, Ordering ordering) {
        this.name = ledger.channel();
        this.peer = requireNonNull(peer, "peer");
        this.ledger = requireNonNull(ledger, "ledger");
        this.privateData = new PrivateData(peer, name, ledger);
        this.view = peer.view(configBlock());
        this.committer = new Thread(this::commitAll, peer.name() + "-committer-" + name);
        committer.setDaemon(true);
        this.feed = ordering.feed(name, this::view, ledger.height());
        this.awaited = new AwaitedBlocks(
                feed.blocks(), ledger::height, () -> !peer.faults().isCutOff(peer.name()));
    }

    void start() {
        committer.start();
    }

    String name() {
        return name;
    }

    ChannelLedger ledger() {
        return ledger;
    }

    ChannelView view() {
        return view;
    }

    PrivateData privateData() {
        return privateData;
    }

    CommitWaiters waiters() {
        return waiters;
    }

    /** Why the channel's blocks are no longer committed. */
    Optional<String> failure() {
        return failure;
    }

    @Override
    public BlockSource blocks() {
        return ledger;
    }

    @Override
    public long sequence() {
        return view.sequence();
    }

    /** The block with the configuration in force. */
    Block configBlock() {
        Block newest = ledger.block(ledger.height() - 1);
        if (ConfigBlock.configuration(newest).isPresent()) {
            return newest;
        }
        try {
            Metadata signatures =
                    Metadata.parseFrom(newest.getMetadata().getMetadata(BlockMetadataIndex.SIGNATURES_VALUE));
            return ledger.block(OrdererBlockMetadata.parseFrom(signatures.getValue())
                    .getLastConfig()
                    .getIndex());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "Block " + newest.getHeader().getNumber() + " of channel `" + name
                            + "` does not tell where its configuration is: " + e.getMessage() + ".",
                    e);
        }
    }

    private void commitAll() {
        try {
            Optional<Block> next = awaited.next();
            while (next.isPresent()) {
                if (isOrdered(next.get())) {
                    commit(next.get());
                }
                next = awaited.next();
            }
        } catch (RuntimeException e) {
            failure = Optional.of(
                    "Channel `" + name + "` stands still at height " + ledger.height() + ": " + e.getMessage());
            if (!awaited.isClosed()) {
                LOG.error("{}", failure.get(), e);
            }
        } finally {
            awaited.close();
            feed.close();
        }
    }

    /**
     * Waits until this peer has committed what the other peers of this process have by now. Whoever was told of a commit by
     * one peer then finds it at every other; Fabric's peers do not promise that, and a test that relies on it would fail
     * now and then. Returns at once if this peer cannot commit just now: it is cut off or closed, or has come to a halt, or
     * no ordering node has the block.
     */
    void catchUp() {
        awaited.awaitHeight(peer.neighbours().stream()
                .flatMap(other -> other.channel(name).stream())
                .mapToLong(other -> other.ledger.height())
                .max()
                .orElse(0));
    }

    /**
     * Whether a block is what the ordering service has to deliver next.
     *
     * @return false if it is not, and the block can be had from another node
     */
    private boolean isOrdered(Block block) {
        try {
            OrderedBlock.require(view, ledger.block(ledger.height() - 1).getHeader(), block);
            return true;
        } catch (IllegalStateException e) {
            if (feed.refuse(ledger.height(), e.getMessage())) {
                LOG.warn("Channel {}: {} Another ordering node is asked.", name, e.getMessage());
                return false;
            }
            throw e;
        }
    }

    private void commit(Block block) {
        List<TxValidationCode> codes = new ArrayList<>(new BlockValidator(block, view, ledger).validate());
        Optional<ConfigEnvelope> configuration = ConfigBlock.configuration(block);
        configuration.ifPresent(one -> view = updated(block, one));
        List<Committing> transactions = transactions(block);
        force(block, transactions, codes);
        List<TxValidationCode> committed =
                ledger.commit(block, codes, gathered(block, transactions, codes), blockToLive());
        privateData.forget(transactions.stream().map(Committing::id).toList());
        for (Committing transaction : transactions) {
            waiters.committed(new CommitWaiters.Committed(
                    transaction.id(),
                    committed.get(transaction.position()),
                    block.getHeader().getNumber()));
        }
    }

    /** A transaction of the block under way. */
    private record Committing(int position, String id, Transaction transaction) {}

    private static List<Committing> transactions(Block block) {
        List<Committing> result = new ArrayList<>();
        for (int i = 0; i < block.getData().getDataCount(); i++) {
            try {
                Transaction transaction = Transaction.read(block.getData().getData(i));
                if (!transaction.id().isEmpty()) {
                    result.add(new Committing(i, transaction.id(), transaction));
                }
            } catch (Transaction.Invalid unreadable) {
                LOG.debug(
                        "Transaction {} of block {} is no transaction",
                        i,
                        block.getHeader().getNumber());
            }
        }
        return result;
    }

    /** Conflicts that a test wants. */
    private void force(Block block, List<Committing> transactions, List<TxValidationCode> codes) {
        for (Committing one : transactions) {
            if (one.transaction().type() == HeaderType.ENDORSER_TRANSACTION
                    && codes.get(one.position()) == TxValidationCode.VALID
                    && !isSystem(one.transaction())
                    && peer.faults().conflicts(name, block.getHeader().getNumber(), one.id())) {
                codes.set(one.position(), TxValidationCode.MVCC_READ_CONFLICT);
            }
        }
    }

    private static boolean isSystem(Transaction transaction) {
        try {
            return SystemChaincodes.isSystem(transaction.action().chaincode());
        } catch (Transaction.Invalid e) {
            throw new AssertionError("A valid transaction can be read", e);
        }
    }

    private Map<String, TxPvtReadWriteSet> gathered(
            Block block, List<Committing> transactions, List<TxValidationCode> codes) {
        Map<String, TxPvtReadWriteSet> result = new HashMap<>();
        for (Committing one : transactions) {
            if (one.transaction().type() == HeaderType.ENDORSER_TRANSACTION
                    && codes.get(one.position()) == TxValidationCode.VALID) {
                try {
                    List<Writes> writes = one.transaction().action().writes();
                    privateData
                            .gather(view, one.id(), writes, block.getHeader().getNumber(), one.position())
                            .ifPresent(data -> result.put(one.id(), data));
                } catch (Transaction.Invalid e) {
                    throw new AssertionError("A valid transaction can be read", e);
                }
            }
        }
        return result;
    }

    private BlockToLive blockToLive() {
        return (namespace, collection) -> CollectionRules.find(ledger, namespace, collection)
                .map(config -> config.getBlockToLive())
                .orElse(0L);
    }

    private ChannelView updated(Block block, ConfigEnvelope configuration) {
        try {
            ConfigEnvelope expected = ConfigUpdates.propose(view, configuration.getLastUpdate());
            if (!expected.getConfig().equals(configuration.getConfig())) {
                throw new IllegalStateException("The configuration in block "
                        + block.getHeader().getNumber() + " is not what its update makes of the one before.");
            }
            return peer.view(block);
        } catch (RuleException e) {
            throw new IllegalStateException(
                    "The configuration in block " + block.getHeader().getNumber() + " is not valid: " + e.getMessage(),
                    e);
        }
    }

    /** Ends the commits, one that is under way excepted: it is waited for. */
    @Override
    public void close() {
        awaited.close();
        try {
            committer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
