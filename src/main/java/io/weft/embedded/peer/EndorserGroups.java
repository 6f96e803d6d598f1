package io.weft.embedded.peer;

import io.weft.embedded.chaincode.CommittedDefinition;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.ledger.ChannelLedger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.discovery.EndorsementDescriptor;
import org.hyperledger.fabric.protos.discovery.Layout;
import org.hyperledger.fabric.protos.discovery.Peers;
import org.hyperledger.fabric.protos.peer.ChaincodeCall;
import org.hyperledger.fabric.protos.peer.ChaincodeInterest;
import org.hyperledger.fabric.protos.peer.StaticCollectionConfig;

/**
 * Which peers could endorse a call together.
 *
 * @param groups names of groups to the peers in it
 * @param layouts alternatives: how many peers of which groups
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/discovery/endorsement/endorsement.go">Fabric's
 *     endorsement.go</a>
 */
record EndorserGroups(String chaincode, Map<String, List<Member>> groups, List<Map<String, Integer>> layouts) {
    /**
     * @param asked a peer that has joined the channel
     * @throws Refusal if no peers can endorse the call, with Fabric's reason
     */
    static EndorserGroups find(PeerNode asked, PeerChannel channel, ChaincodeInterest interest) {
        return new Search(channel, Member.of(asked, channel.name()), interest).find();
    }

    /** The members among a channel's that could take part in a call. */
    static List<Member> eligible(PeerNode asked, PeerChannel channel, ChaincodeInterest interest) {
        List<Member> members = Member.of(asked, channel.name());
        if (interest.getChaincodesCount() == 0) {
            return members;
        }
        Search search = new Search(channel, members, interest);
        return search.members.stream().filter(search::isCapable).toList();
    }

    EndorsementDescriptor toProto() {
        EndorsementDescriptor.Builder result =
                EndorsementDescriptor.newBuilder().setChaincode(chaincode);
        groups.forEach((name, members) -> {
            Peers.Builder peers = Peers.newBuilder();
            members.forEach(member -> peers.addPeers(member.toProto()));
            result.putEndorsersByGroups(name, peers.build());
        });
        layouts.forEach(layout -> result.addLayouts(Layout.newBuilder().putAllQuantitiesByGroup(layout)));
        return result.build();
    }

    private static final class Search {
        private final ChannelView view;
        private final ChannelLedger ledger;
        private final ChaincodeInterest interest;
        private final List<Member> members;

        Search(PeerChannel channel, List<Member> all, ChaincodeInterest interest) {
            this.view = channel.view();
            this.ledger = channel.ledger();
            this.interest = interest;
            for (ChaincodeCall call : interest.getChaincodesList()) {
                if (CommittedDefinition.find(ledger, call.getName()).isEmpty()) {
                    throw new Refusal(
                            "No metadata was found for chaincode " + call.getName() + " in channel " + view.channel());
                }
            }
            this.members = all.stream().filter(this::isAuthorized).toList();
        }

        /** Whoever reads private data in order to endorse has to be a member of its collections. */
        private boolean isAuthorized(Member member) {
            for (ChaincodeCall call : interest.getChaincodesList()) {
                if (call.getNoPrivateReads()) {
                    continue;
                }
                for (String collection : call.getCollectionNamesList()) {
                    StaticCollectionConfig config = CollectionRules.find(ledger, call.getName(), collection)
                            .orElseThrow(() -> new Refusal("collection " + collection
                                    + " doesn't exist in collection config for chaincode " + call.getName()));
                    if (!CollectionRules.isMember(view, config, member.identity())) {
                        return false;
                    }
                }
            }
            return true;
        }

        boolean isCapable(Member member) {
            return interest.getChaincodesList().stream().allMatch(call -> member.has(call.getName()));
        }

        EndorserGroups find() {
            List<List<MSPPrincipal>> alternatives = principals();
            Map<MSPPrincipal, String> names = new LinkedHashMap<>();
            alternatives.forEach(all -> all.forEach(one -> names.computeIfAbsent(one, key -> "G" + names.size())));
            Map<String, List<Member>> satisfying = new LinkedHashMap<>();
            Map<String, List<Member>> groups = new LinkedHashMap<>();
            names.forEach((principal, name) -> {
                List<Member> all = members.stream()
                        .filter(member -> member.satisfies(principal))
                        .toList();
                satisfying.put(name, all);
                groups.put(name, all.stream().filter(this::isCapable).toList());
            });
            Set<Map<String, Integer>> layouts = new LinkedHashSet<>();
            for (List<MSPPrincipal> alternative : alternatives) {
                Map<String, Integer> layout = new LinkedHashMap<>();
                alternative.forEach(principal -> layout.merge(names.get(principal), 1, Integer::sum));
                layouts.add(layout);
            }
            List<Map<String, Integer>> possible = sufficient(layouts, satisfying);
            if (possible.isEmpty()) {
                throw new Refusal("no peer combination can satisfy the endorsement policy");
            }
            List<Map<String, Integer>> ready = sufficient(possible, groups);
            if (ready.isEmpty()) {
                throw new Refusal("required chaincodes are not installed on sufficient peers");
            }
            groups.keySet()
                    .retainAll(
                            ready.stream().flatMap(one -> one.keySet().stream()).toList());
            return new EndorserGroups(interest.getChaincodes(0).getName(), groups, ready);
        }

        private static List<Map<String, Integer>> sufficient(
                Iterable<Map<String, Integer>> layouts, Map<String, List<Member>> groups) {
            List<Map<String, Integer>> result = new ArrayList<>();
            for (Map<String, Integer> layout : layouts) {
                if (layout.entrySet().stream()
                        .allMatch(entry -> groups.get(entry.getKey()).size() >= entry.getValue())) {
                    result.add(layout);
                }
            }
            return result;
        }

        private List<List<MSPPrincipal>> principals() {
            List<List<List<MSPPrincipal>>> required = new ArrayList<>();
            for (ChaincodeCall call : interest.getChaincodesList()) {
                List<SignaturePolicyEnvelope> policies = policies(call);
                if (call.getDisregardNamespacePolicy()) {
                    if (policies.size() == 1 && call.getKeyPoliciesCount() == 0) {
                        throw new Refusal("requested to disregard chaincode " + call.getName()
                                + "'s policy but key and collection policies are missing, either disable"
                                + " DisregardNamespacePolicy or specify at least one key policy or at least one"
                                + " collection policy");
                    }
                    policies = policies.subList(1, policies.size());
                }
                policies.forEach(policy -> required.add(satisfied(policy)));
                call.getKeyPoliciesList().forEach(policy -> required.add(satisfied(policy)));
            }
            if (required.isEmpty()) {
                throw new Refusal("no principal sets remained after filtering");
            }
            return PrincipalSets.merged(required);
        }

        private static List<List<MSPPrincipal>> satisfied(SignaturePolicyEnvelope policy) {
            List<List<MSPPrincipal>> result = PrincipalSets.of(policy);
            if (result.isEmpty()) {
                throw new Refusal("endorsement policy cannot be satisfied");
            }
            return result;
        }

        /** The chaincode's policy, or in its place those of the collections that have their own. */
        private List<SignaturePolicyEnvelope> policies(ChaincodeCall call) {
            CommittedDefinition definition =
                    CommittedDefinition.find(ledger, call.getName()).orElseThrow();
            SignaturePolicyEnvelope chaincodePolicy = ChannelPolicies.resolve(view, definition.endorsementPolicy())
                    .orElseThrow(() -> new Refusal("policy not found"));
            if (call.getCollectionNamesCount() == 0) {
                return List.of(chaincodePolicy);
            }
            Set<SignaturePolicyEnvelope> result = new LinkedHashSet<>();
            for (String collection : call.getCollectionNamesList()) {
                Optional<SignaturePolicyEnvelope> implicit =
                        CollectionRules.implicitOwner(collection).map(CollectionRules::anyMember);
                result.add(implicit.or(() -> ownPolicy(definition, collection)).orElse(chaincodePolicy));
            }
            return List.copyOf(result);
        }

        private Optional<SignaturePolicyEnvelope> ownPolicy(CommittedDefinition definition, String collection) {
            return definition
                    .collection(collection)
                    .filter(StaticCollectionConfig::hasEndorsementPolicy)
                    .map(config -> ChannelPolicies.resolve(view, config.getEndorsementPolicy())
                            .orElseThrow(() -> new Refusal("policy not found")));
        }
    }
}
