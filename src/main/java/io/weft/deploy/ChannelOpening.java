package io.weft.deploy;

import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.Member;
import io.weft.model.NodeRef;
import io.weft.plan.ChaincodeRef;
import io.weft.plan.Planner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A channel on nodes that run: what the plan's steps for it do, without the questions whether they are needed. */
final class ChannelOpening {
    private final Site site;
    private final Channel channel;

    ChannelOpening(Site site, String channel) {
        this.site = site;
        this.channel = site.surroundings.network().channel(channel);
    }

    void run() {
        site.channels.createGenesis(channel.name());
        List<NodeRef> peers = channel.members().stream()
                .map(Member::organization)
                .flatMap(organization -> Planner.peersOf(channel, organization).stream())
                .toList();
        List<Runnable> joins = new ArrayList<>();
        channel.ordering().consenters().forEach(node -> joins.add(() -> site.channels.found(channel.name(), node)));
        peers.forEach(peer -> joins.add(() -> site.channels.joinPeer(channel.name(), peer, ChannelOpening::ignore)));
        together(joins);
        together(channel.chaincodes().stream()
                .<Runnable>map(chaincode -> () -> open(chaincode))
                .toList());
    }

    private void open(Chaincode chaincode) {
        ChaincodeRef ref = new ChaincodeRef(channel.name(), chaincode.name());
        List<Runnable> installs = new ArrayList<>();
        for (String organization : chaincode.organizations()) {
            for (NodeRef peer : Planner.peersOf(channel, organization)) {
                installs.add(() -> {
                    if (!site.chaincodes.isInstalled(ref, peer)) {
                        site.chaincodes.install(ref, peer, ChannelOpening::ignore);
                    }
                });
            }
        }
        together(installs);
        site.chaincodes.define(ref, site.threads);
        if (chaincode.init().isPresent()) {
            site.chaincodes.initialize(ref, ChannelOpening::ignore);
        }
    }

    private void together(List<Runnable> work) {
        List<CompletableFuture<Void>> all = work.stream()
                .map(one -> CompletableFuture.runAsync(one, site.threads))
                .toList();
        all.forEach(Together::await);
    }

    private static void ignore(String note) {
        // Nobody watches: opening a channel on nodes that run takes milliseconds.
    }
}
