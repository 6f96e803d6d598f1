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
import java.util.function.Consumer;

/** A channel on nodes that run: what the plan's steps for it do, without the questions whether they are needed. */
final class ChannelOpening {
    private static final Consumer<String> SILENT = text -> {};

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
        peers.forEach(peer -> joins.add(() -> site.channels.joinPeer(channel.name(), peer, SILENT)));
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
                        site.chaincodes.install(ref, peer, SILENT);
                    }
                });
            }
        }
        together(installs);
        together(channel.members().stream()
                .map(Member::organization)
                .filter(organization -> !Planner.peersOf(channel, organization).isEmpty())
                .<Runnable>map(organization -> () -> site.chaincodes.approve(ref, organization, SILENT))
                .toList());
        site.chaincodes.commit(ref, SILENT);
        if (chaincode.init().isPresent()) {
            site.chaincodes.initialize(ref, SILENT);
        }
    }

    private void together(List<Runnable> work) {
        List<CompletableFuture<Void>> all = work.stream()
                .map(one -> CompletableFuture.runAsync(one, site.threads))
                .toList();
        all.forEach(Together::await);
    }
}
