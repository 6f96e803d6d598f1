package io.weft.embedded.orderer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.embedded.config.Batch;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.config.ConfigViews;
import io.weft.embedded.ledger.BlockSource;
import io.weft.embedded.ledger.Listeners;
import io.weft.embedded.remote.Endpoint;
import io.weft.embedded.remote.OrderedBlock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.etcdraft.BlockMetadata;

/**
 * A channel's ordering, in place of Raft and BFT: one order in memory, which every running member writes down. It goes on
 * as long as a quorum of the consenters runs, whoever they are, and what a member missed it gets when it comes back.
 * Safe for use by several threads.
 */
final class Chain implements BlockSource {
    private final String channel;
    private final MessageProcessor processor;
    private final BlockWriter writer;
    private final BatchTimer timer;
    private final ConfigViews views;
    private final boolean separate;
    private final Listeners<LongConsumer> heightListeners = new Listeners<>();
    private final Listeners<Runnable> availabilityListeners = new Listeners<>();

    /** Guards all that follows. */
    private final ReentrantLock lock = new ReentrantLock();

    private final BlockCutter cutter = new BlockCutter();
    private Optional<Runnable> cancelTimer = Optional.empty();
    private long timerGeneration;
    private volatile List<Member> members = List.of();
    private volatile Optional<State> state = Optional.empty();
    private volatile Optional<BlockWriter.Signatory> leader = Optional.empty();
    private long leaderChanges;
    private long decisions;

    /** Where the chain is. */
    private record State(ChannelView view, Consensus consensus, BlockHeader tip, long lastConfig, BlockMetadata raft) {
        long height() {
            return tip.getNumber() + 1;
        }

        static State of(BlockSource blocks, ConfigViews views) {
            Block tip = blocks.block(blocks.height() - 1);
            long lastConfig = BlockWriter.lastConfig(tip);
            ChannelView view = views.of(blocks.block(lastConfig));
            Consensus consensus = Consensus.of(view);
            return new State(
                    view,
                    consensus,
                    tip.getHeader(),
                    lastConfig,
                    consensus.isBft() ? BlockMetadata.getDefaultInstance() : raft(tip, consensus));
        }

        /** Raft numbers consenters for good; its log begins with their addition and the leader's empty entry. */
        private static BlockMetadata raft(Block tip, Consensus consensus) {
            try {
                BlockMetadata result = BlockMetadata.parseFrom(
                        Metadata.parseFrom(BlockWriter.metadata(tip).getConsenterMetadata())
                                .getValue());
                if (result.getConsenterIdsCount() > 0) {
                    return result;
                }
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(
                        "Block " + Long.toUnsignedString(tip.getHeader().getNumber())
                                + " has consenter metadata that cannot be read: " + e.getMessage(),
                        e);
            }
            BlockMetadata.Builder first = BlockMetadata.newBuilder();
            consensus.consenters().forEach(consenter -> first.addConsenterIds(consenter.id()));
            return first.setNextConsenterId(consensus.consenters().size() + 1L)
                    .setRaftIndex(consensus.consenters().size() + 1L)
                    .build();
        }

        /** The state after a block. */
        State after(Block block, BlockMetadata written) {
            return new State(view, consensus, block.getHeader(), lastConfig, written);
        }

        /** The numbers of the next consenters: those that stay keep theirs. */
        BlockMetadata renumbered(Consensus next) {
            List<ByteString> names = consensus.consenters().stream()
                    .map(Consensus.Consenter::name)
                    .toList();
            BlockMetadata.Builder result = raft.toBuilder().clearConsenterIds();
            boolean rotated = next.consenters().size() == names.size();
            for (int i = 0; i < next.consenters().size(); i++) {
                int before = names.indexOf(next.consenters().get(i).name());
                if (before >= 0) {
                    result.addConsenterIds(raft.getConsenterIds(before));
                } else if (rotated) {
                    result.addConsenterIds(numberOfRemoved(next, names));
                } else {
                    result.addConsenterIds(result.getNextConsenterId());
                    result.setNextConsenterId(result.getNextConsenterId() + 1);
                }
            }
            return result.build();
        }

        private long numberOfRemoved(Consensus next, List<ByteString> names) {
            List<ByteString> kept =
                    next.consenters().stream().map(Consensus.Consenter::name).toList();
            for (int i = 0; i < names.size(); i++) {
                if (!kept.contains(names.get(i))) {
                    return raft.getConsenterIds(i);
                }
            }
            return raft.getNextConsenterId();
        }
    }

    /** @param separate whether the other nodes are in other processes, and the first consenter orders alone */
    Chain(
            String channel,
            MessageProcessor processor,
            BlockWriter writer,
            BatchTimer timer,
            ConfigViews views,
            boolean separate) {
        this.separate = separate;
        this.channel = channel;
        this.processor = processor;
        this.writer = writer;
        this.timer = timer;
        this.views = views;
    }

    String channel() {
        return channel;
    }

    // Members.

    /**
     * Lets a running node take part. What it lacks it gets from the others, and they from it. A node whose blocks are not
     * the others' loses them, unless its block 0 is another one.
     *
     * @throws RefusedException if its block 0 is not this channel's
     */
    void attach(Member member) {
        lock.lock();
        try {
            boolean both =
                    !members.isEmpty() && state.isPresent() && member.blocks().height() > 0;
            if (both && !hasBlockOf(member, 0)) {
                throw new RefusedException(
                        Status.BAD_REQUEST,
                        "the channel `" + channel + "` of the other ordering nodes begins with another block 0");
            }
            if (both) {
                long common = Math.min(member.blocks().height(), height());
                if (!hasBlockOf(member, common - 1)) {
                    member.clear();
                }
            }
            List<Member> all = new ArrayList<>(members);
            all.add(member);
            all.sort(Comparator.comparing(Member::node));
            members = List.copyOf(all);
            level();
        } finally {
            lock.unlock();
        }
    }

    private boolean hasBlockOf(Member member, long number) {
        return member.blocks().block(number).getHeader().equals(block(number).getHeader());
    }

    /** Brings all members to the height of the highest. */
    private void level() {
        Member highest = members.stream()
                .max(Comparator.comparingLong(member -> member.blocks().height()))
                .orElseThrow();
        long height = highest.blocks().height();
        for (Member member : members) {
            for (long number = member.blocks().height(); number < height; number++) {
                member.append(highest.blocks().block(number));
            }
        }
        if (height > 0) {
            long before = state.map(State::height).orElse(0L);
            if (before != height) {
                state = Optional.of(State.of(highest.blocks(), views));
            }
            elect();
            announce(height);
        }
    }

    /** Ends a node's part, because it stops or leaves the channel. */
    void detach(Member member) {
        lock.lock();
        try {
            members = members.stream().filter(each -> each != member).toList();
            if (members.isEmpty()) {
                // Whoever comes next says where the chain is; it may even be another one.
                state = Optional.empty();
            }
            elect();
        } finally {
            lock.unlock();
        }
    }

    /** The consenters that run, in the configuration's order. */
    private List<BlockWriter.Signatory> running(Consensus consensus) {
        List<BlockWriter.Signatory> result = new ArrayList<>();
        for (Consensus.Consenter consenter : consensus.consenters()) {
            members.stream()
                    .filter(member -> consensus.find(member.msp(), member.tls()).equals(Optional.of(consenter)))
                    .findFirst()
                    .ifPresent(member -> result.add(new BlockWriter.Signatory(consenter, member)));
        }
        return result;
    }

    /** The leader stays the leader while it runs. Without a quorum there is none, and what has not been cut is lost. */
    private void elect() {
        Optional<BlockWriter.Signatory> before = leader;
        leader = state.flatMap(now -> {
            List<BlockWriter.Signatory> running = running(now.consensus());
            if (separate) {
                return running.stream()
                        .filter(each -> now.consensus().isFirst(each.consenter()))
                        .findFirst();
            }
            if (running.size() < now.consensus().quorum()) {
                return Optional.empty();
            }
            return running.stream()
                    .filter(each ->
                            before.isPresent() && each.member() == before.get().member())
                    .findFirst()
                    .or(() -> running.stream().findFirst());
        });
        if (leader.isEmpty()) {
            cutter.cut();
            stopTimer();
        }
        if (!leader.map(BlockWriter.Signatory::member).equals(before.map(BlockWriter.Signatory::member))) {
            if (before.isPresent()) {
                leaderChanges++;
            }
            decisions = 0;
        }
        availabilityListeners.tell(Runnable::run);
    }

    /** What a node is to the channel. */
    boolean isConsenter(Member member) {
        return state.filter(
                        now -> now.consensus().find(member.msp(), member.tls()).isPresent())
                .isPresent();
    }

    /** The leader, while a quorum runs. */
    Optional<Member> leader() {
        return leader.map(BlockWriter.Signatory::member);
    }

    /** The leader's number in the configuration; 0 while there is none. */
    int leaderId() {
        if (separate) {
            return state.flatMap(now -> now.consensus().consenters().stream().findFirst())
                    .map(Consensus.Consenter::id)
                    .orElse(0);
        }
        return leader.map(each -> each.consenter().id()).orElse(0);
    }

    /** How many consenters run, as far as is known: of those in other processes nobody knows. */
    int activeConsenters() {
        return state.map(now -> running(now.consensus()).size()).orElse(0);
    }

    /** Whether clients that insist on working consensus are served: Raft needs a leader for that, BFT does not. */
    boolean isAvailable() {
        return leader.isPresent()
                || state.filter(now -> now.consensus().isBft()).isPresent();
    }

    Registration onAvailability(Runnable listener) {
        return availabilityListeners.add(listener);
    }

    // Configuration.

    /** @throws RefusedException if the channel has no blocks yet */
    ChannelView view() {
        return current().view();
    }

    Consensus consensus() {
        return current().consensus();
    }

    private State current() {
        return state.orElseThrow(() -> new RefusedException(Status.SERVICE_UNAVAILABLE, "chain is not started"));
    }

    // Ordering.

    /**
     * Checks an ordinary envelope and takes it.
     *
     * @throws RefusedException with Fabric's status and text
     */
    void order(Envelope envelope) {
        State checked = current();
        processor.requireAcceptable(checked.view(), checked.consensus(), envelope);
        lock.lock();
        try {
            requireLeader();
            State now = current();
            if (now.view().sequence() > checked.view().sequence()) {
                try {
                    processor.requireAcceptable(now.view(), now.consensus(), envelope);
                } catch (RefusedException e) {
                    tooLate(now, "bad normal message: ", e);
                    return;
                }
            }
            cutter.add(envelope, limits(now)).forEach(this::write);
            if (cutter.isPending()) {
                startTimer();
            } else {
                stopTimer();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Checks a configuration update and takes it: a block of its own, in force when this returns.
     *
     * @param node the node that was asked
     * @throws RefusedException with Fabric's status and text
     */
    void configure(Envelope update, Member node) {
        State checked = current();
        Envelope config = applied(checked, update, node);
        lock.lock();
        try {
            requireLeader();
            State now = current();
            if (now.view().sequence() > checked.view().sequence()) {
                try {
                    config = applied(now, update, node);
                } catch (RefusedException e) {
                    tooLate(now, "bad config message: ", e);
                    return;
                }
            }
            List<Envelope> waiting = cutter.cut();
            stopTimer();
            if (!waiting.isEmpty()) {
                write(waiting);
            }
            writeConfig(config);
        } finally {
            lock.unlock();
        }
    }

    private Envelope applied(State at, Envelope update, Member node) {
        if (separate) {
            // Who of the others runs is not known, and matters to none of them.
            Envelope result =
                    processor.applied(at.view(), at.consensus(), at.consensus().consenters(), update, node);
            requireSameFirst(at, ChannelView.of(channel, configuration(result).getConfig()));
            return result;
        }
        List<Consensus.Consenter> running = running(at.consensus()).stream()
                .map(BlockWriter.Signatory::consenter)
                .toList();
        return processor.applied(at.view(), at.consensus(), running, update, node);
    }

    /** It may get another key, and then has to be started with that; or another address. */
    private static void requireSameFirst(State now, ChannelView next) {
        Consensus consensus = Consensus.of(next);
        consensus.requireSeparable();
        if (!now.consensus().hasSameFirstAs(consensus)
                && !Endpoint.firstConsenter(now.view())
                        .map(Endpoint::address)
                        .equals(Endpoint.firstConsenter(next).map(Endpoint::address))) {
            throw new RefusedException(
                    Status.BAD_REQUEST,
                    "the first consenter orders the channel alone, because the ordering nodes are embedded ones in"
                            + " processes of their own, and no other can take its place: keep it first, or run the"
                            + " network on Fabric's images");
        }
    }

    /**
     * Takes the next block that the first consenter has made, in another process.
     *
     * @throws IllegalStateException if the block cannot be that, with a sentence
     */
    void follow(Block block) {
        lock.lock();
        try {
            Member member =
                    members.stream().findFirst().orElseThrow(() -> new IllegalStateException("Nobody follows."));
            if (state.isPresent()) {
                OrderedBlock.require(state.get().view(), state.get().tip(), block);
            } else {
                OrderedBlock.requireOwnData(block);
            }
            member.append(block);
            State next = State.of(member.blocks(), views);
            state = Optional.of(next);
            elect();
            announce(next.height());
        } finally {
            lock.unlock();
        }
    }

    /** Raft's leader drops what another configuration has overtaken, after the client was told of success; BFT refuses. */
    private static void tooLate(State now, String context, RefusedException reason) {
        if (now.consensus().isBft()) {
            throw new RefusedException(Status.SERVICE_UNAVAILABLE, context + reason.getMessage(), reason);
        }
    }

    private void requireLeader() {
        if (leader.isEmpty()) {
            throw new RefusedException(
                    Status.SERVICE_UNAVAILABLE,
                    current().consensus().isBft() ? "failed to submit request: no leader" : "no Raft leader");
        }
    }

    private static Batch limits(State now) {
        Batch batch = now.view().batch();
        return now.consensus().isBft()
                ? new Batch(batch.maxMessages(), batch.absoluteMaxBytes(), batch.absoluteMaxBytes(), batch.timeout())
                : batch;
    }

    private void startTimer() {
        if (cancelTimer.isEmpty()) {
            long generation = ++timerGeneration;
            cancelTimer = Optional.of(timer.schedule(current().consensus().batchTimeout(), () -> timeout(generation)));
        }
    }

    private void stopTimer() {
        cancelTimer.ifPresent(Runnable::run);
        cancelTimer = Optional.empty();
        timerGeneration++;
    }

    private void timeout(long generation) {
        lock.lock();
        try {
            if (generation == timerGeneration) {
                cancelTimer = Optional.empty();
                List<Envelope> waiting = cutter.cut();
                if (!waiting.isEmpty()) {
                    write(waiting);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void write(List<Envelope> envelopes) {
        State now = current();
        Block block = BlockWriter.next(now.tip(), envelopes);
        BlockMetadata raft = now.raft().toBuilder()
                .setRaftIndex(now.raft().getRaftIndex() + 1)
                .build();
        Block signed = sign(now, block, now.lastConfig(), raft);
        append(signed, now.after(signed, raft));
    }

    private void writeConfig(Envelope config) {
        State now = current();
        Block block = BlockWriter.next(now.tip(), List.of(config));
        long number = block.getHeader().getNumber();
        ChannelView view = ChannelView.of(channel, configuration(config).getConfig());
        Consensus consensus = Consensus.of(view);
        BlockMetadata raft = consensus.isBft()
                ? now.raft()
                : now.renumbered(consensus).toBuilder()
                        .setRaftIndex(now.raft().getRaftIndex() + 1)
                        .build();
        Block signed = sign(now, block, number, raft);
        append(signed, new State(view, consensus, signed.getHeader(), number, raft));
        elect();
    }

    private static ConfigEnvelope configuration(Envelope config) {
        try {
            return ConfigEnvelope.parseFrom(
                    Payload.parseFrom(config.getPayload()).getData());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("What was written here can be read", e);
        }
    }

    private Block sign(State now, Block block, long lastConfig, BlockMetadata raft) {
        BlockWriter.Signatory chosen = leader.orElseThrow();
        if (!now.consensus().isBft()) {
            return writer.signedByLeader(block, lastConfig, raft.toByteString(), chosen.member());
        }
        List<BlockWriter.Signatory> signatories = running(now.consensus()).stream()
                .limit(now.consensus().quorum())
                .toList();
        return writer.signedByQuorum(block, lastConfig, leaderChanges, ++decisions, signatories);
    }

    private void append(Block block, State next) {
        for (Member member : members) {
            member.append(block);
        }
        state = Optional.of(next);
        announce(next.height());
    }

    private void announce(long height) {
        heightListeners.tell(listener -> listener.accept(height));
    }

    // Blocks, for peers of the same process.

    /** Zero while no member runs. */
    @Override
    public long height() {
        return members.stream()
                .mapToLong(member -> member.blocks().height())
                .max()
                .orElse(0);
    }

    @Override
    public Block block(long number) {
        return members.stream()
                .filter(member -> member.blocks().height() > number)
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("Channel `" + channel + "` has no block "
                        + Long.toUnsignedString(number) + " on any running ordering node"))
                .blocks()
                .block(number);
    }

    @Override
    public Registration onHeight(LongConsumer newHeight) {
        return heightListeners.add(newHeight);
    }

    /** Whether a block is the one that this chain has, or may still come to have. */
    boolean agreesWith(Block block) {
        long number = block.getHeader().getNumber();
        return height() <= number || block(number).getHeader().equals(block.getHeader());
    }
}
