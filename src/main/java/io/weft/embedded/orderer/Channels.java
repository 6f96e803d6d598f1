package io.weft.embedded.orderer;

import io.weft.embedded.config.ChannelView;
import io.weft.embedded.config.RuleException;
import io.weft.embedded.deliver.DeliverableChannel;
import io.weft.embedded.ledger.BlockSource;
import io.weft.embedded.ledger.BlockStores;
import io.weft.msp.LocalMsp;
import io.weft.pki.Credential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Status;

/**
 * The channels that one node has joined. Safe for use by several threads.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/orderer/common/multichannel/registrar.go">Fabric's
 *     registrar.go</a>
 */
final class Channels implements AutoCloseable {
    private static final String BLOCK_FILE = ".block";

    private final String node;
    private final LocalMsp msp;
    private final Credential tls;
    private final BlockStores stores;
    private final Path joins;
    private final OrderingService service;
    private final ConcurrentMap<String, Joined> joined = new ConcurrentHashMap<>();

    /** @param joins folder of the blocks that the node has joined with and whose channel it does not have yet */
    Channels(String node, LocalMsp msp, Credential tls, BlockStores stores, Path joins, OrderingService service) {
        this.node = node;
        this.msp = msp;
        this.tls = tls;
        this.stores = stores;
        this.joins = joins;
        this.service = service;
    }

    /** Takes part again in all channels that the folder has. */
    synchronized void resume() {
        try {
            List<String> names = new ArrayList<>(stores.channels());
            try (Stream<Path> files = Files.isDirectory(joins) ? Files.list(joins) : Stream.empty()) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString().replace(BLOCK_FILE, "");
                    joined.put(name, new Joined(name, Optional.of(Block.parseFrom(Files.readAllBytes(file)))));
                    names.remove(name);
                }
            }
            names.forEach(name -> joined.put(name, new Joined(name, Optional.empty())));
            joined.values().forEach(Joined::attach);
        } catch (IOException e) {
            throw new UncheckedIOException("The join blocks of `" + node + "` cannot be read", e);
        }
    }

    /** Sorted. */
    List<String> names() {
        return joined.keySet().stream().sorted().toList();
    }

    Optional<ChannelInfo> info(String channel) {
        return Optional.ofNullable(joined.get(channel)).map(Joined::info);
    }

    /** The channel if clients are served: followers and those that are not up to date serve nobody. */
    Optional<Joined> serving(String channel) {
        return Optional.ofNullable(joined.get(channel)).filter(Joined::isServing);
    }

    Optional<Joined> find(String channel) {
        return Optional.ofNullable(joined.get(channel));
    }

    /**
     * Joins a channel with a block that has been found valid.
     *
     * @return what the node is to it at first; the blocks it lacks follow. Empty if it has joined before
     * @throws RefusedException if it cannot
     */
    synchronized Optional<ChannelInfo> join(String channel, Block block) {
        if (joined.containsKey(channel)) {
            return Optional.empty();
        }
        Chain chain = service.chain(channel);
        if (!chain.agreesWith(block)) {
            throw new RefusedException(
                    Status.BAD_REQUEST,
                    "the other ordering nodes have another block "
                            + Long.toUnsignedString(block.getHeader().getNumber()) + " of channel `" + channel + "`");
        }
        Consensus consensus;
        try {
            consensus = Consensus.of(service.views().of(block));
        } catch (RuleException e) {
            throw new RefusedException(
                    Status.BAD_REQUEST, "failed to determine cluster membership from join-block: " + e.getMessage(), e);
        }
        if (service.connections().isPresent()) {
            consensus.requireSeparable();
            boolean first = consensus.find(msp, tls).filter(consensus::isFirst).isPresent();
            if (first && block.getHeader().getNumber() != 0) {
                throw new RefusedException(
                        Status.BAD_REQUEST,
                        "this node is the first consenter, which orders the channel alone because the ordering nodes are"
                                + " embedded ones in processes of their own: it can only join with block 0");
            }
        }
        boolean founder =
                block.getHeader().getNumber() == 0 && consensus.find(msp, tls).isPresent();
        Joined result;
        if (founder) {
            result = new Joined(channel, Optional.empty());
            result.member.append(block);
        } else {
            save(channel, block);
            result = new Joined(channel, Optional.of(block));
        }
        ChannelInfo answer = result.info();
        joined.put(channel, result);
        try {
            result.attach();
        } catch (RefusedException e) {
            joined.remove(channel);
            discard(channel);
            stores.remove(channel);
            throw e;
        }
        return Optional.of(founder ? result.info() : answer);
    }

    /** @return false if the node has not joined */
    synchronized boolean remove(String channel) {
        Joined leaving = joined.remove(channel);
        if (leaving == null) {
            return false;
        }
        leaving.leave();
        discard(channel);
        stores.remove(channel);
        return true;
    }

    private void save(String channel, Block block) {
        try {
            Files.createDirectories(joins);
            Files.write(joins.resolve(channel + BLOCK_FILE), block.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("failed saving joinblock to file repo for channel " + channel, e);
        }
    }

    private void discard(String channel) {
        try {
            Files.deleteIfExists(joins.resolve(channel + BLOCK_FILE));
        } catch (IOException e) {
            throw new UncheckedIOException("failed removing joinblock for channel " + channel, e);
        }
    }

    /** Stops taking part; the folder stays as it is. */
    @Override
    public synchronized void close() {
        joined.values().forEach(Joined::leave);
        joined.clear();
    }

    /** A channel that the node has joined. */
    final class Joined implements DeliverableChannel {
        private final Chain chain;
        private final Member member;
        private volatile Optional<Block> joinBlock;
        /** While another node, of another process, orders the channel. */
        private volatile Optional<Follower> follower = Optional.empty();

        private volatile boolean left;

        private Joined(String channel, Optional<Block> joinBlock) {
            this.chain = service.chain(channel);
            this.member = new Member(node, channel, msp, tls, stores);
            this.joinBlock = joinBlock;
        }

        private void attach() {
            chain.attach(member);
            if (service.connections().isPresent() && !isLeader()) {
                Follower started = new Follower(
                        chain,
                        member,
                        joinBlock,
                        this::newestView,
                        service.connections().get(),
                        service.clock());
                follower = Optional.of(started);
                started.start();
            }
        }

        /** While blocks are missing, that of the join block is newer than what is here. */
        private ChannelView newestView() {
            return joinBlock
                    .filter(block -> isOnboarding())
                    .map(service.views()::of)
                    .orElseGet(chain::view);
        }

        private void leave() {
            left = true;
            follower.ifPresent(Follower::close);
            chain.detach(member);
        }

        Chain chain() {
            return chain;
        }

        Member member() {
            return member;
        }

        ChannelInfo info() {
            boolean onboarding = isOnboarding();
            return new ChannelInfo(
                    chain.channel(),
                    isConsenter() ? "consenter" : "follower",
                    onboarding ? "onboarding" : "active",
                    member.blocks().height());
        }

        private boolean isOnboarding() {
            if (joinBlock.isEmpty()) {
                return false;
            }
            if (member.blocks().height() <= joinBlock.get().getHeader().getNumber()) {
                return true;
            }
            joinBlock = Optional.empty();
            discard(chain.channel());
            return false;
        }

        private boolean isConsenter() {
            return joinBlock
                    .map(block -> Consensus.of(service.views().of(block)).find(msp, tls))
                    .map(Optional::isPresent)
                    .orElseGet(() -> chain.isConsenter(member));
        }

        boolean isServing() {
            return !left && !isOnboarding() && chain.isConsenter(member);
        }

        boolean isLeader() {
            return chain.leader().filter(leader -> leader == member).isPresent();
        }

        /** @throws RefusedException with Fabric's status and text */
        void broadcast(ChannelHeader header, Envelope envelope) {
            boolean update = MessageProcessor.isConfigUpdate(header);
            if (follower.isPresent()) {
                follower.get().handOn(envelope);
            } else if (update) {
                chain.configure(envelope, member);
            } else {
                chain.order(envelope);
            }
        }

        /**
         * Takes a configuration update.
         *
         * @throws RefusedException with Fabric's status and text
         */
        void configure(Envelope update) {
            if (follower.isPresent()) {
                follower.get().handOn(update);
            } else {
                chain.configure(update, member);
            }
        }

        @Override
        public BlockSource blocks() {
            return member.blocks();
        }

        @Override
        public long sequence() {
            return chain.view().sequence();
        }

        @Override
        public boolean isAvailable() {
            return isServing() && follower.map(Follower::isConnected).orElseGet(chain::isAvailable);
        }

        @Override
        public BlockSource.Registration onAvailability(Runnable listener) {
            BlockSource.Registration ofChain = chain.onAvailability(listener);
            Optional<BlockSource.Registration> ofFollower = follower.map(one -> one.onConnection(listener));
            return () -> {
                ofChain.close();
                ofFollower.ifPresent(BlockSource.Registration::close);
            };
        }
    }
}
