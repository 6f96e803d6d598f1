package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.config.RuleException;
import io.weft.embedded.ledger.ChannelLedger;
import io.weft.embedded.ledger.Sha256;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.gossip.GossipMessage;
import org.hyperledger.fabric.protos.gossip.PrivateDataMessage;
import org.hyperledger.fabric.protos.gossip.PrivatePayload;
import org.hyperledger.fabric.protos.gossip.PvtDataDigest;
import org.hyperledger.fabric.protos.gossip.PvtDataElement;
import org.hyperledger.fabric.protos.gossip.RemotePvtDataRequest;
import org.hyperledger.fabric.protos.gossip.RemotePvtDataResponse;
import org.hyperledger.fabric.protos.ledger.rwset.CollectionPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.NsPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.peer.StaticCollectionConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings private data of one channel to those peers that are members of its collections, and to no others: from hand to
 * hand, where Fabric's peers would gossip, or in gossip's words if the other peer is in another process.
 *
 * @see <a href="https://github.com/hyperledger/fabric/tree/main/gossip/privdata">Fabric's gossip/privdata</a>
 */
final class PrivateData {
    private static final Logger LOG = LoggerFactory.getLogger(PrivateData.class);
    /**
     * How long a commit waits for peers of other processes that have what is missing; Fabric's
     * {@code peer.gossip.pvtData.pullRetryThreshold} is a minute.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How often a commit that waits looks whether the peer closes. */
    private static final Duration LOOK = Duration.ofMillis(200);

    private final PeerNode peer;
    private final String channel;
    private final ChannelLedger ledger;
    private final TransientStore store = new TransientStore();

    /** With how many members of a collection in touch a search was given up last. */
    private int hopelessMembers = -1;

    PrivateData(PeerNode peer, String channel, ChannelLedger ledger) {
        this.peer = peer;
        this.channel = channel;
        this.ledger = ledger;
    }

    /** The private writes of one collection. */
    private record Part(String namespace, String collection, ByteString writes) {
        boolean matches(ByteString hash) {
            return Sha256.of(writes).equals(hash);
        }

        boolean isSamePlace(Part other) {
            return namespace.equals(other.namespace()) && collection.equals(other.collection());
        }

        @Override
        public String toString() {
            return "Part[" + namespace + ", " + collection + "]";
        }
    }

    private boolean isMember(ChannelView view, Part part, ByteString candidate) {
        return CollectionRules.find(ledger, part.namespace(), part.collection())
                .map(config -> CollectionRules.isMember(view, config, candidate))
                .orElse(false);
    }

    /** Another peer of the channel. */
    private sealed interface Neighbour {
        ByteString identity();

        String mspId();

        /**
         * Gives it what it may have.
         *
         * @return whether it has taken all
         */
        boolean give(String transactionId, List<Part> parts, long height);

        /** What it has of a transaction that is to be committed, or has been. */
        Optional<Part> find(Part place, ByteString hash, String transactionId, long block, int position);
    }

    /** One of this process. */
    private record Near(PrivateData data) implements Neighbour {
        @Override
        public ByteString identity() {
            return data.peer.identity();
        }

        @Override
        public String mspId() {
            return data.peer.mspId().value();
        }

        @Override
        public boolean give(String transactionId, List<Part> parts, long height) {
            data.store.put(transactionId, together(parts), height);
            return true;
        }

        @Override
        public Optional<Part> find(Part place, ByteString hash, String transactionId, long block, int position) {
            return data.held(place, hash, transactionId).or(() -> data.committed(place, hash, block, position));
        }
    }

    /** One of another process. */
    private record Distant(Gossip gossip, DistantMember member) implements Neighbour {
        @Override
        public ByteString identity() {
            return member.identity();
        }

        @Override
        public String mspId() {
            return member.mspId();
        }

        private GossipMessage.Builder message() {
            return GossipMessage.newBuilder()
                    .setTag(GossipMessage.Tag.CHAN_ONLY)
                    .setChannel(ByteString.copyFromUtf8(member.channel().name()));
        }

        /** The identity at the other end may have become another's since it was found to be a member. */
        private List<GossipMessage> ask(List<GossipMessage> requests) {
            Gossip.Answers answers = gossip.exchange(member.contact().endpoint(), requests);
            return answers.identity().equals(identity()) ? answers.messages() : List.of();
        }

        @Override
        public boolean give(String transactionId, List<Part> parts, long height) {
            List<GossipMessage> requests = parts.stream()
                    .map(part -> message()
                            .setPrivateData(PrivateDataMessage.newBuilder()
                                    .setPayload(PrivatePayload.newBuilder()
                                            .setTxId(transactionId)
                                            .setNamespace(part.namespace())
                                            .setCollectionName(part.collection())
                                            .setPrivateRwset(part.writes())
                                            .setPrivateSimHeight(height)))
                            .build())
                    .toList();
            try {
                List<GossipMessage> answers = ask(requests);
                return answers.size() == requests.size()
                        && answers.stream()
                                .allMatch(one ->
                                        one.hasAck() && one.getAck().getError().isEmpty());
            } catch (StatusRuntimeException | RuleException | Refusal | IllegalStateException e) {
                LOG.warn(
                        "Private data of {} have not reached {}: {}", transactionId, member.endpoint(), e.getMessage());
                return false;
            }
        }

        @Override
        public Optional<Part> find(Part place, ByteString hash, String transactionId, long block, int position) {
            GossipMessage request = message()
                    .setPrivateReq(RemotePvtDataRequest.newBuilder()
                            .addDigests(PvtDataDigest.newBuilder()
                                    .setTxId(transactionId)
                                    .setNamespace(place.namespace())
                                    .setCollection(place.collection())
                                    .setBlockSeq(block)
                                    .setSeqInBlock(position)))
                    .build();
            try {
                return ask(List.of(request)).stream()
                        .flatMap(answer -> answer.getPrivateRes().getElementsList().stream())
                        .flatMap(element -> element.getPayloadList().stream())
                        .map(bytes -> new Part(place.namespace(), place.collection(), bytes))
                        .filter(part -> part.matches(hash))
                        .findFirst();
            } catch (StatusRuntimeException | RuleException | Refusal | IllegalStateException e) {
                LOG.warn(
                        "{} does not tell the private data of {}: {}",
                        member.endpoint(),
                        transactionId,
                        e.getMessage());
                return Optional.empty();
            }
        }
    }

    /**
     * Keeps what a simulation wrote in private, and gives it to as many members as the collections want.
     *
     * @throws Refusal if fewer members run than a collection requires
     */
    void distribute(ChannelView view, String transactionId, TxPvtReadWriteSet data) {
        long height = ledger.height();
        List<Neighbour> neighbours = neighbours();
        Map<Neighbour, List<Part>> plan = new LinkedHashMap<>();
        Map<Part, Integer> required = new LinkedHashMap<>();
        for (Part part : parts(data)) {
            StaticCollectionConfig config = CollectionRules.find(ledger, part.namespace(), part.collection())
                    .orElseThrow(() ->
                            failed(transactionId, "no configuration for collection" + part.collection() + "found"));
            List<Neighbour> eligible = neighbours.stream()
                    .filter(one -> CollectionRules.isMember(view, config, one.identity()))
                    .toList();
            if (eligible.size() < config.getRequiredPeerCount()) {
                throw failed(
                        transactionId,
                        "could not build private data dissemination plan for chaincode " + part.namespace()
                                + " and collection " + part.collection() + ": required to disseminate to at least "
                                + config.getRequiredPeerCount() + " peers, but know of only " + eligible.size()
                                + " eligible peers");
            }
            int copies = CollectionRules.implicitOwner(part.collection())
                    .map(owner -> owner.equals(peer.mspId()) ? 1 : 0)
                    .orElse(config.getMaximumPeerCount());
            acrossOrganizations(eligible).stream().limit(copies).forEach(one -> plan.computeIfAbsent(
                            one, key -> new ArrayList<>())
                    .add(part));
            required.put(part, config.getRequiredPeerCount());
        }
        plan.forEach((neighbour, parts) -> {
            if (neighbour.give(transactionId, parts, height)) {
                parts.forEach(part -> required.merge(part, -1, Integer::sum));
            }
        });
        required.forEach((part, missing) -> {
            if (missing > 0) {
                throw failed(
                        transactionId,
                        "private data of collection " + part.collection() + " have not reached " + missing
                                + " of the peers that it requires");
            }
        });
        store.put(transactionId, data, height);
    }

    private Refusal failed(String transactionId, String reason) {
        return new Refusal("failed to distribute private collection, txID " + transactionId + ", channel " + channel
                + ": " + reason);
    }

    /** One of each organization first, as Fabric's distributor chooses. */
    private static List<Neighbour> acrossOrganizations(List<Neighbour> eligible) {
        Map<String, Neighbour> first = new TreeMap<>();
        eligible.forEach(one -> first.putIfAbsent(one.mspId(), one));
        List<Neighbour> result = new ArrayList<>(first.values());
        eligible.stream().filter(one -> !result.contains(one)).forEach(result::add);
        return result;
    }

    private List<Neighbour> neighbours() {
        List<Neighbour> result = new ArrayList<>();
        peer.neighbours()
                .forEach(one -> one.channel(channel).ifPresent(joined -> result.add(new Near(joined.privateData()))));
        peer.gossip()
                .ifPresent(gossip -> peer.distant(channel).forEach(member -> result.add(new Distant(gossip, member))));
        return result;
    }

    /**
     * Takes what a peer of another process gives.
     *
     * @throws Refusal if this peer may not have it
     */
    void accept(PrivateDataMessage message, ByteString sender) {
        PrivatePayload payload = message.getPayload();
        Part part = new Part(payload.getNamespace(), payload.getCollectionName(), payload.getPrivateRwset());
        if (!isMember(currentView(), part, peer.identity())) {
            throw new Refusal("this peer is no member of collection " + part.collection() + " of " + part.namespace());
        }
        LOG.debug("Private data of {} from {}", payload.getTxId(), GossipMessages.mspId(sender));
        store.put(payload.getTxId(), together(List.of(part)), payload.getPrivateSimHeight());
    }

    /** What a peer of another process asks for, as far as it may have it and it is here. */
    RemotePvtDataResponse answer(RemotePvtDataRequest request, ByteString asking) {
        RemotePvtDataResponse.Builder result = RemotePvtDataResponse.newBuilder();
        for (PvtDataDigest digest : request.getDigestsList()) {
            Part place = new Part(digest.getNamespace(), digest.getCollection(), ByteString.EMPTY);
            if (isMember(currentView(), place, asking)) {
                List<TxPvtReadWriteSet> candidates = new ArrayList<>(store.get(digest.getTxId()));
                if (Long.compareUnsigned(digest.getBlockSeq(), ledger.height()) < 0) {
                    Optional.ofNullable(ledger.privateData(digest.getBlockSeq()).get((int) digest.getSeqInBlock()))
                            .ifPresent(candidates::add);
                }
                PvtDataElement.Builder element = PvtDataElement.newBuilder().setDigest(digest);
                candidates.stream()
                        .flatMap(data -> parts(data).stream())
                        .filter(place::isSamePlace)
                        .forEach(part -> element.addPayload(part.writes()));
                result.addElements(element);
            }
        }
        return result.build();
    }

    private ChannelView currentView() {
        return peer.channel(channel)
                .map(PeerChannel::view)
                .orElseThrow(() -> new Refusal("access denied to channel [" + channel + "]"));
    }

    /**
     * What this peer may have of the private writes that a transaction committed to with hashes, from wherever it is
     * found. What is not found is left out.
     *
     * @param block the block's number
     * @param position the transaction's position in the block
     */
    Optional<TxPvtReadWriteSet> gather(
            ChannelView view, String transactionId, List<Writes> writes, long block, int position) {
        List<Part> found = new ArrayList<>();
        for (Writes namespace : writes) {
            for (Writes.Collection wanted : namespace.collections()) {
                Part place = new Part(namespace.namespace(), wanted.name(), ByteString.EMPTY);
                if (!wanted.hash().isEmpty() && isMember(view, place, peer.identity())) {
                    find(view, place, wanted.hash(), transactionId, block, position)
                            .ifPresent(found::add);
                }
            }
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(together(found));
    }

    private Optional<Part> find(
            ChannelView view, Part place, ByteString hash, String transactionId, long block, int position) {
        Optional<Part> own = held(place, hash, transactionId);
        if (own.isPresent() || peer.gossip().isEmpty()) {
            return own.or(() -> ask(neighbours(), place, hash, transactionId, block, position));
        }
        Gossip gossip = peer.gossip().get();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!peer.isClosed()) {
            long heard = gossip.heard();
            List<Neighbour> members = neighbours().stream()
                    .filter(one -> isMember(view, place, one.identity()))
                    .toList();
            Optional<Part> found = ask(members, place, hash, transactionId, block, position);
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (found.isPresent() || members.size() == hopelessMembers) {
                return found;
            }
            if (left.isNegative()) {
                hopelessMembers = members.size();
                LOG.warn(
                        "Channel {}: the private data of {} in collection {} have not been found at {} other members.",
                        channel,
                        transactionId,
                        place.collection(),
                        members.size());
                return found;
            }
            try {
                gossip.awaitAnswer(heard, left.compareTo(LOOK) < 0 ? left : LOOK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Optional<Part> ask(
            List<Neighbour> neighbours, Part place, ByteString hash, String transactionId, long block, int position) {
        for (Neighbour neighbour : neighbours) {
            Optional<Part> handed = neighbour.find(place, hash, transactionId, block, position);
            if (handed.isPresent()) {
                return handed;
            }
        }
        return Optional.empty();
    }

    private Optional<Part> held(Part place, ByteString hash, String transactionId) {
        return among(store.get(transactionId), place, hash);
    }

    private Optional<Part> committed(Part place, ByteString hash, long block, int position) {
        if (ledger.height() <= block) {
            return Optional.empty();
        }
        TxPvtReadWriteSet data = ledger.privateData(block).get(position);
        return data == null ? Optional.empty() : among(List.of(data), place, hash);
    }

    private static Optional<Part> among(List<TxPvtReadWriteSet> candidates, Part place, ByteString hash) {
        return candidates.stream()
                .flatMap(data -> parts(data).stream())
                .filter(part -> part.isSamePlace(place) && part.matches(hash))
                .findFirst();
    }

    void forget(Collection<String> transactionIds) {
        store.forget(transactionIds, ledger.height());
    }

    private static List<Part> parts(TxPvtReadWriteSet data) {
        return data.getNsPvtRwsetList().stream()
                .flatMap(namespace -> namespace.getCollectionPvtRwsetList().stream()
                        .map(part -> new Part(namespace.getNamespace(), part.getCollectionName(), part.getRwset())))
                .toList();
    }

    private static TxPvtReadWriteSet together(List<Part> parts) {
        Map<String, NsPvtReadWriteSet.Builder> namespaces = new LinkedHashMap<>();
        for (Part part : parts) {
            namespaces
                    .computeIfAbsent(part.namespace(), name -> NsPvtReadWriteSet.newBuilder()
                            .setNamespace(name))
                    .addCollectionPvtRwset(CollectionPvtReadWriteSet.newBuilder()
                            .setCollectionName(part.collection())
                            .setRwset(part.writes()));
        }
        TxPvtReadWriteSet.Builder result = TxPvtReadWriteSet.newBuilder().setDataModel(TxReadWriteSet.DataModel.KV);
        namespaces.values().forEach(result::addNsPvtRwset);
        return result.build();
    }
}
