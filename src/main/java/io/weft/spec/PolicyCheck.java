package io.weft.spec;

import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.Collection;
import io.weft.model.ConsensusType;
import io.weft.model.Member;
import io.weft.model.Network;
import io.weft.model.Organization;
import io.weft.policy.ImplicitMetaPolicy;
import io.weft.policy.Policy;
import io.weft.policy.PolicyReference;
import io.weft.policy.PolicySyntaxException;
import io.weft.policy.Principal;
import io.weft.policy.Role;
import io.weft.policy.SignaturePolicy;
import io.weft.policy.SignaturePolicy.NOutOf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Checks the policies of one channel: its own, its ACLs', its chaincodes' and its collections'. */
final class PolicyCheck {
    private static final Set<String> STANDARD = new LinkedHashSet<>(List.of("Readers", "Writers", "Admins"));
    private static final String SIGNATURE_EXAMPLE =
            "Write for example `OR('Org1MSP.peer')`, `AND('Org1MSP.peer','Org2MSP.peer')` or"
                    + " `OutOf(2,'Org1MSP.peer','Org2MSP.peer','Org3MSP.peer')`.";
    /** Resources whose ACL a channel can change, as Fabric's peer lists them. */
    private static final List<String> RESOURCES = List.of(
            "peer/Propose",
            "peer/ChaincodeToChaincode",
            "_lifecycle/CheckCommitReadiness",
            "_lifecycle/CommitChaincodeDefinition",
            "_lifecycle/QueryChaincodeDefinition",
            "_lifecycle/QueryChaincodeDefinitions",
            "qscc/GetChainInfo",
            "qscc/GetBlockByNumber",
            "qscc/GetBlockByHash",
            "qscc/GetTransactionByID",
            "qscc/GetBlockByTxID",
            "cscc/GetConfigBlock",
            "cscc/GetChannelConfig",
            "event/Block",
            "event/FilteredBlock",
            "gateway/CommitStatus",
            "gateway/ChaincodeEvents");

    private final Channel channel;
    private final Draft draft;
    private final Problems problems;
    private final boolean mspIdsAreKnown;
    /** MSP ID to the member's peers that join. */
    private final Map<String, Integer> peers = new HashMap<>();

    private final Set<String> memberMspIds = new LinkedHashSet<>();
    private final Set<String> ordererMspIds = new LinkedHashSet<>();
    private final Map<String, String> mspIdToOrganization = new HashMap<>();
    private final Map<String, String> organizationToMspId = new HashMap<>();

    /**
     * @param mspIdsAreKnown whether it is certain who the channel's organizations are; if not, only the policies' form
     *     is checked
     */
    PolicyCheck(Channel channel, Draft draft, Problems problems, boolean mspIdsAreKnown) {
        this.mspIdsAreKnown = mspIdsAreKnown;
        this.channel = channel;
        this.draft = draft;
        this.problems = problems;
        Network network = draft.network();
        for (Organization organization : network.organizations()) {
            mspIdToOrganization.putIfAbsent(organization.mspId().value(), organization.name());
            organizationToMspId.putIfAbsent(
                    organization.name(), organization.mspId().value());
        }
        for (Member member : channel.members()) {
            Optional.ofNullable(organizationToMspId.get(member.organization())).ifPresent(mspId -> {
                memberMspIds.add(mspId);
                peers.putIfAbsent(mspId, member.peers().size());
            });
        }
        for (String organization : channel.ordering().organizations()) {
            Optional.ofNullable(organizationToMspId.get(organization)).ifPresent(ordererMspIds::add);
        }
    }

    void channelPolicies() {
        channel.policies().forEach((path, text) -> {
            YamlNode node = draft.at(channel, "policies", path);
            if (problems.isBroken(node)) {
                return;
            }
            if (!pathIsValid(path)) {
                return;
            }
            Optional<Policy> policy = parse(
                    node,
                    text,
                    Policy::parseChannelPolicy,
                    "Write for example" + " `MAJORITY Admins` or `OR('Org1MSP.admin')`.");
            if (policy.orElse(null) instanceof SignaturePolicy signature) {
                Set<String> all = new LinkedHashSet<>(memberMspIds);
                all.addAll(ordererMspIds);
                signature(node, signature, all);
            } else if (policy.orElse(null) instanceof ImplicitMetaPolicy implicit) {
                implicitMeta(node, path, implicit);
            }
        });
    }

    private boolean pathIsValid(String path) {
        YamlMapping policies = (YamlMapping) draft.at(channel, "policies");
        YamlScalar key = policies.entries().get(path).key();
        String shown = YamlNode.shorten(path);
        String[] steps = path.split("/", -1);
        boolean formed = steps.length <= 3;
        for (String step : steps) {
            formed &= SchemaCheck.matches("^[A-Za-z0-9.-]{1,249}$", step);
        }
        if (!formed) {
            problems.error(
                    key,
                    "Found the path `" + shown
                            + "`, expected a policy's path below `/Channel`, without a leading slash.",
                    "Write for example `Admins`, `Application/Admins` or `Application/Org1MSP/Admins`.");
            return false;
        }
        boolean application = steps[0].equals("Application");
        if (steps.length > 1 && !application && !steps[0].equals("Orderer")) {
            problems.error(
                    key,
                    "The path `" + shown + "` starts with `" + YamlNode.shorten(steps[0])
                            + "`, expected `Application` or `Orderer`.",
                    Suggestion.orElse(steps[0], List.of("Application", "Orderer"), "write one of the two."));
            return false;
        }
        if (steps.length == 3 && mspIdsAreKnown) {
            Set<String> mspIds = application ? memberMspIds : ordererMspIds;
            if (!mspIds.contains(steps[1])) {
                problems.error(
                        key,
                        "`" + YamlNode.shorten(steps[1]) + "` is not the MSP ID of "
                                + (application ? "a member" : "an ordering organization")
                                + " of the channel; those are "
                                + Suggestion.list(mspIds, "and") + ".",
                        Optional.ofNullable(organizationToMspId.get(steps[1]))
                                .map(mspId -> "Write the MSP ID, `" + mspId + "`, instead of the name.")
                                .orElseGet(() -> Suggestion.orElse(steps[1], mspIds, "remove the policy.")));
                return false;
            }
        }
        String name = steps[steps.length - 1];
        Set<String> known = new LinkedHashSet<>(STANDARD);
        if (application) {
            known.add("Endorsement");
        }
        if (steps.length == 2) {
            known.add(application ? "LifecycleEndorsement" : "BlockValidation");
        }
        if (!known.contains(name)) {
            Suggestion.nearest(name, known)
                    .ifPresent(near -> problems.warning(
                            key,
                            "The policy `" + name + "` is a new one, which nothing uses by itself.",
                            "Did you mean `" + near + "`?"));
        }
        if (path.equals("Orderer/BlockValidation") && channel.ordering().type() == ConsensusType.BFT) {
            problems.error(
                    key,
                    "With bft the policy `Orderer/BlockValidation` follows from the consenters; ordering nodes refuse"
                            + " another.",
                    "Remove it.");
        }
        return true;
    }

    private void implicitMeta(YamlNode node, String path, ImplicitMetaPolicy policy) {
        String[] steps = path.split("/", -1);
        if (steps.length == 3) {
            problems.error(
                    node,
                    "`" + policy
                            + "` counts the groups beneath, but an organization has none; expected a signature policy.",
                    "Write for example `OR('" + steps[1] + ".admin')`.");
            return;
        }
        Set<String> known = new LinkedHashSet<>(STANDARD);
        if (steps.length == 1) {
            known.addAll(List.of("Endorsement", "LifecycleEndorsement", "BlockValidation"));
        } else if (steps[0].equals("Application")) {
            known.add("Endorsement");
        }
        for (String other : channel.policies().keySet()) {
            String[] otherSteps = other.split("/", -1);
            if (otherSteps.length == steps.length + 1 && (steps.length == 1 || otherSteps[0].equals(steps[0]))) {
                known.add(otherSteps[otherSteps.length - 1]);
            }
        }
        if (!known.contains(policy.subPolicy())) {
            problems.error(
                    node,
                    "No group beneath has a policy `" + policy.subPolicy() + "`, so `" + policy
                            + "` can never be satisfied; there are " + Suggestion.list(known, "and") + ".",
                    Suggestion.orElse(policy.subPolicy(), known, "name one of them."));
            return;
        }
        int groups =
                steps.length == 1 ? 2 : steps[0].equals("Application") ? memberMspIds.size() : ordererMspIds.size();
        if (groups == 1 && policy.rule() == ImplicitMetaPolicy.Rule.MAJORITY) {
            problems.warning(
                    node,
                    "`" + policy + "` is a majority of one organization: it decides alone.",
                    "Write `ANY " + policy.subPolicy() + "` if that is meant, or add organizations.");
        }
    }

    void acls() {
        channel.acls().forEach((resource, text) -> {
            YamlNode node = draft.at(channel, "acls", resource);
            if (problems.isBroken(node)) {
                return;
            }
            if (!RESOURCES.contains(resource)) {
                YamlMapping acls = (YamlMapping) draft.at(channel, "acls");
                problems.warning(
                        acls.entries().get(resource).key(),
                        "`" + YamlNode.shorten(resource)
                                + "` is none of the resources whose access a channel controls.",
                        Suggestion.orElse(resource, RESOURCES, "remove it."));
            }
            String path = text.startsWith("/") ? text : "/Channel/Application/" + text;
            parse(node, path, PolicyReference::parse, "Write for example `/Channel/Application/Writers`.")
                    .ifPresent(reference -> reference(node, reference.path()));
        });
    }

    private void reference(YamlNode node, String path) {
        Set<String> known = new LinkedHashSet<>();
        List<String> application = List.of("Readers", "Writers", "Admins", "Endorsement", "LifecycleEndorsement");
        application.forEach(name -> known.add("/Channel/Application/" + name));
        STANDARD.forEach(name -> known.add("/Channel/" + name));
        STANDARD.forEach(name -> known.add("/Channel/Orderer/" + name));
        known.add("/Channel/Orderer/BlockValidation");
        for (String mspId : memberMspIds) {
            STANDARD.forEach(name -> known.add("/Channel/Application/" + mspId + "/" + name));
            known.add("/Channel/Application/" + mspId + "/Endorsement");
        }
        for (String mspId : ordererMspIds) {
            STANDARD.forEach(name -> known.add("/Channel/Orderer/" + mspId + "/" + name));
        }
        channel.policies().keySet().forEach(name -> known.add("/Channel/" + name));
        if (mspIdsAreKnown && !known.contains(path)) {
            problems.error(
                    node,
                    "The channel has no policy `" + YamlNode.shorten(path) + "`.",
                    Suggestion.orElse(
                            path,
                            known,
                            "name a policy of the channel, for example"
                                    + " `/Channel/Application/Endorsement`, or add it to `policies`."));
        }
    }

    /** A chaincode's endorsement policy, which the peers that run it must be able to satisfy. */
    void endorsement(Chaincode chaincode) {
        YamlNode node = draft.at(chaincode, "endorsement");
        if (chaincode.endorsement().isEmpty()) {
            defaultEndorsement(chaincode, draft.at(chaincode, "organizations"));
            return;
        }
        if (!problems.isBroken(node)) {
            endorsement(node, chaincode.endorsement().orElseThrow(), chaincode);
        }
    }

    private void endorsement(YamlNode node, String text, Chaincode chaincode) {
        Optional<Policy> policy = parse(node, text, Policy::parseApplicationPolicy, SIGNATURE_EXAMPLE);
        if (policy.orElse(null) instanceof PolicyReference reference) {
            reference(node, reference.path());
            if (reference.path().equals(Defaults.ENDORSEMENT_PATH)) {
                defaultEndorsement(chaincode, node);
            }
        } else if (policy.orElse(null) instanceof SignaturePolicy signature
                && signature(node, signature, memberMspIds)) {
            List<Principal> endorsers = endorsers(chaincode);
            boolean uncertain = draft.says(chaincode, "organizations")
                    && problems.isDisturbed(draft.at(chaincode, "organizations"));
            if (!uncertain && !endorsers.isEmpty() && !signature.isSatisfiableBy(endorsers)) {
                problems.error(
                        node,
                        "Nobody can satisfy `" + YamlNode.shorten(text) + "`: the chaincode runs on peers of "
                                + Suggestion.list(
                                        endorsers.stream().map(Principal::mspId).toList(), "and") + " only.",
                        "Ask for peers of these, or add the missing organizations to the chaincode's `organizations`.");
            }
        }
    }

    private List<Principal> endorsers(Chaincode chaincode) {
        List<Principal> result = new ArrayList<>();
        for (String organization : new LinkedHashSet<>(chaincode.organizations())) {
            String mspId = organizationToMspId.get(organization);
            if (mspId != null && peers.getOrDefault(mspId, 0) > 0) {
                result.add(new Principal(mspId, Role.PEER));
            }
        }
        return result;
    }

    /** The channel's own policy asks for a majority of all members, whether they run the chaincode or not. */
    private void defaultEndorsement(Chaincode chaincode, YamlNode node) {
        String text = channel.policies().getOrDefault("Application/Endorsement", "MAJORITY Endorsement");
        Policy policy;
        try {
            policy = Policy.parseChannelPolicy(text);
        } catch (PolicySyntaxException e) {
            return; // reported where it is written
        }
        List<Principal> endorsers = endorsers(chaincode);
        if (!mspIdsAreKnown || endorsers.isEmpty() || problems.isDisturbed(node)) {
            return;
        }
        boolean satisfiable = true;
        String needs = "";
        if (policy instanceof ImplicitMetaPolicy implicit
                && implicit.subPolicy().equals("Endorsement")) {
            int needed = implicit.rule().of(memberMspIds.size());
            satisfiable = endorsers.size() >= needed;
            needs = NetworkCheck.count(needed, "organization") + " of the channel's " + memberMspIds.size();
        } else if (policy instanceof SignaturePolicy signature) {
            satisfiable = signature.isSatisfiableBy(endorsers);
            needs = "others";
        }
        if (!satisfiable) {
            problems.error(
                    node,
                    "The channel's endorsement policy, `" + YamlNode.shorten(text) + "`, needs peers of " + needs
                            + ", but the chaincode `" + YamlNode.shorten(chaincode.name()) + "` runs on peers of "
                            + Suggestion.list(
                                    endorsers.stream().map(Principal::mspId).toList(), "and") + " only.",
                    "Give the chaincode an `endorsement` that these can satisfy, or add organizations.");
        }
    }

    void collection(Chaincode chaincode, Collection collection) {
        YamlNode node = draft.at(collection, "policy");
        YamlNode required = draft.at(collection, "requiredPeerCount");
        if (collection.maxPeerCount() < collection.requiredPeerCount()) {
            YamlNode place = draft.says(collection, "maxPeerCount") ? draft.at(collection, "maxPeerCount") : required;
            problems.error(
                    place,
                    "`maxPeerCount` is " + collection.maxPeerCount() + " and so less than `requiredPeerCount`, "
                            + collection.requiredPeerCount() + ".",
                    "Write `maxPeerCount: " + collection.requiredPeerCount() + "` or more.");
        }
        YamlNode own = draft.at(collection, "endorsement");
        if (collection.endorsement().isPresent() && !problems.isBroken(own)) {
            endorsement(own, collection.endorsement().orElseThrow(), chaincode);
        }
        if (problems.isBroken(node) || !draft.says(collection, "policy")) {
            return;
        }
        Optional<SignaturePolicy> policy = parse(
                node,
                collection.policy(),
                SignaturePolicy::parse,
                "Write for example `OR('Org1MSP.member','Org2MSP.member')`.");
        if (policy.isEmpty() || !signature(node, policy.orElseThrow(), memberMspIds)) {
            return;
        }
        if (!policy.orElseThrow().isAnyOf()) {
            problems.error(
                    node,
                    "The policy of a collection lists its members, so it must be an `OR` of principals, found `"
                            + YamlNode.shorten(collection.policy()) + "`.",
                    "Write `OR(...)`; who must endorse writes goes into the collection's `endorsement`.");
            return;
        }
        int eligible = policy.orElseThrow().mspIds().stream()
                .mapToInt(mspId -> peers.getOrDefault(mspId, 0))
                .sum();
        if (collection.requiredPeerCount() > Math.max(0, eligible - 1) && !problems.isBroken(required)) {
            problems.error(
                    required,
                    "`requiredPeerCount` is " + collection.requiredPeerCount() + ", but the members of `"
                            + YamlNode.shorten(collection.name()) + "` have " + NetworkCheck.count(eligible, "peer")
                            + " in the channel, and the endorsing one does not count.",
                    "Write `requiredPeerCount: " + Math.max(0, eligible - 1) + "` or less, or add peers.");
        }
    }

    private <P extends Policy> Optional<P> parse(
            YamlNode node, String text, Function<String, P> parser, String remedy) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(parser.apply(text));
        } catch (PolicySyntaxException e) {
            int column = node instanceof YamlScalar scalar
                            && scalar.textColumn() > 0
                            && scalar.text().equals(text)
                    ? scalar.textColumn() + e.offset()
                    : 0;
            problems.error(node, column, e.getMessage(), remedy);
            return Optional.empty();
        }
    }

    /** Whether everybody named is known, and no gate wants more than it has. */
    private boolean signature(YamlNode node, SignaturePolicy policy, Set<String> mspIds) {
        boolean valid = mspIdsAreKnown;
        for (String mspId : policy.mspIds()) {
            if (!mspIdsAreKnown || mspIds.contains(mspId)) {
                continue;
            }
            valid = false;
            int column = 0;
            if (node instanceof YamlScalar scalar && scalar.textColumn() > 0) {
                column = scalar.textColumn() + scalar.text().indexOf(mspId + ".");
            }
            String organization = mspIdToOrganization.get(mspId);
            if (organization != null) {
                problems.error(
                        node,
                        column,
                        "`" + YamlNode.shorten(mspId) + "` is the MSP ID of `" + YamlNode.shorten(organization)
                                + "`, which is no member of the channel `" + YamlNode.shorten(channel.name()) + "`.",
                        "Add `" + YamlNode.shorten(organization)
                                + "` to the channel's members, or take it out of the policy.");
            } else {
                problems.error(
                        node,
                        column,
                        "No organization has the MSP ID `" + YamlNode.shorten(mspId) + "`; those of the channel are "
                                + Suggestion.list(mspIds, "and") + ".",
                        Optional.ofNullable(organizationToMspId.get(mspId))
                                .map(id -> "Write the MSP ID, `" + id + "`, instead of the organization's name.")
                                .orElseGet(() -> Suggestion.orElse(mspId, mspIds, "name one of these.")));
            }
        }
        Optional<NOutOf> excessive = excessive(policy);
        if (excessive.isPresent()) {
            NOutOf gate = excessive.orElseThrow();
            problems.error(
                    node,
                    "`OutOf(" + gate.n() + ",...)` wants " + gate.n() + " signatures, but has "
                            + NetworkCheck.count(gate.rules().size(), "argument") + ", so nobody can satisfy it.",
                    "Lower the number to at most " + gate.rules().size() + ", or add arguments.");
            valid = false;
        }
        return valid;
    }

    private static Optional<NOutOf> excessive(SignaturePolicy policy) {
        if (!(policy instanceof NOutOf gate)) {
            return Optional.empty();
        }
        if (gate.n() > gate.rules().size()) {
            return Optional.of(gate);
        }
        return gate.rules().stream()
                .map(PolicyCheck::excessive)
                .flatMap(Optional::stream)
                .findFirst();
    }
}
