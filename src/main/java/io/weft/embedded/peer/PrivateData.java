package io.weft.embedded.peer;

import com.google.protobuf.ByteString;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.ledger.ChannelLedger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.ledger.rwset.CollectionPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.NsPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxPvtReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.peer.StaticCollectionConfig;

/**
 * Brings private data of one channel to those peers that are members of its collections, and to no others: from hand to
 * hand, where Fabric's peers would gossip.
 *
 * @see <a href="https://github.com/hyperledger/fabric/tree/main/gossip/privdata">Fabric's gossip/privdata</a>
 */
final class PrivateData {
    private final PeerNode peer;
    private final String channel;
    private final ChannelLedger ledger;
    private final TransientStore store = new TransientStore();

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
    }

    private boolean isMember(ChannelView view, Part part, PeerNode candidate) {
        return CollectionRules.find(ledger, part.namespace(), part.collection())
                .map(config -> CollectionRules.isMember(view, config, candidate.identity()))
                .orElse(false);
    }

    /**
     * Keeps what a simulation wrote in private, and gives it to as many members as the collections want.
     *
     * @throws Refusal if fewer members run than a collection requires
     */
    void distribute(ChannelView view, String transactionId, TxPvtReadWriteSet data) {
        long height = ledger.height();
        List<PrivateData> neighbours = neighbours();
        Map<PrivateData, List<Part>> plan = new LinkedHashMap<>();
        for (Part part : parts(data)) {
            StaticCollectionConfig config = CollectionRules.find(ledger, part.namespace(), part.collection())
                    .orElseThrow(() ->
                            failed(transactionId, "no configuration for collection" + part.collection() + "found"));
            List<PrivateData> eligible = neighbours.stream()
                    .filter(one -> CollectionRules.isMember(view, config, one.peer.identity()))
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
        }
        plan.forEach((neighbour, parts) -> neighbour.store.put(transactionId, together(parts), height));
        store.put(transactionId, data, height);
    }

    private Refusal failed(String transactionId, String reason) {
        return new Refusal("failed to distribute private collection, txID " + transactionId + ", channel " + channel
                + ": " + reason);
    }

    /** One of each organization first, as Fabric's distributor chooses. */
    private static List<PrivateData> acrossOrganizations(List<PrivateData> eligible) {
        Map<String, PrivateData> first = new TreeMap<>();
        eligible.forEach(one -> first.putIfAbsent(one.peer.mspId().value(), one));
        List<PrivateData> result = new ArrayList<>(first.values());
        eligible.stream().filter(one -> !result.contains(one)).forEach(result::add);
        return result;
    }

    private List<PrivateData> neighbours() {
        return peer.neighbours().stream()
                .flatMap(one -> one.channel(channel).stream())
                .map(PeerChannel::privateData)
                .toList();
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
                if (!wanted.hash().isEmpty() && isMember(view, place, peer)) {
                    find(place, wanted.hash(), transactionId, block, position).ifPresent(found::add);
                }
            }
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(together(found));
    }

    private Optional<Part> find(Part place, ByteString hash, String transactionId, long block, int position) {
        Optional<Part> own = held(place, hash, transactionId);
        if (own.isPresent()) {
            return own;
        }
        for (PrivateData neighbour : neighbours()) {
            Optional<Part> handed = neighbour
                    .held(place, hash, transactionId)
                    .or(() -> neighbour.committed(place, hash, block, position));
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
                .filter(part -> part.namespace().equals(place.namespace())
                        && part.collection().equals(place.collection())
                        && part.matches(hash))
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
