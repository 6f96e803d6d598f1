package io.weft.embedded.orderer;

import com.google.protobuf.ByteString;
import io.weft.embedded.ledger.BlockStore;
import io.weft.embedded.ledger.BlockStores;
import io.weft.msp.LocalMsp;
import io.weft.pki.Credential;
import org.hyperledger.fabric.protos.common.Block;

/** A running node's part in a channel: its blocks, and the power to sign. */
final class Member {
    private final String node;
    private final String channel;
    private final LocalMsp msp;
    private final Credential tls;
    private final ByteString creator;
    private final BlockStores stores;
    private volatile BlockStore store;

    Member(String node, String channel, LocalMsp msp, Credential tls, BlockStores stores) {
        this.node = node;
        this.channel = channel;
        this.msp = msp;
        this.tls = tls;
        this.creator = msp.serializedIdentity().toByteString();
        this.stores = stores;
        this.store = stores.find(channel).orElseGet(() -> stores.create(channel));
    }

    /** The node's name. */
    String node() {
        return node;
    }

    LocalMsp msp() {
        return msp;
    }

    Credential tls() {
        return tls;
    }

    ByteString creator() {
        return creator;
    }

    ByteString sign(ByteString message) {
        return ByteString.copyFrom(msp.signer().sign(message.toByteArray()));
    }

    BlockStore blocks() {
        return store;
    }

    void append(Block block) {
        store.append(block);
    }

    /** Forgets all blocks. */
    void clear() {
        stores.remove(channel);
        store = stores.create(channel);
    }

    @Override
    public String toString() {
        return "Member[" + node + ", " + channel + "]";
    }
}
