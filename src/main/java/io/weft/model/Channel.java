package io.weft.model;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * A channel: its ordering service, the organizations that share its ledger, and the chaincode they run.
 *
 * @param name {@code [a-z][a-z0-9.-]*}, at most 249 characters
 * @param ordering who orders, and how
 * @param members application organizations, at least one
 * @param policies overrides of the channel's default policies: path such as {@code Application/Admins} or
 *     {@code Application/Org1MSP/Endorsement} to policy text ({@code ANY|ALL|MAJORITY Name} or a signature policy)
 * @param acls resource to policy, for example {@code peer/Propose} to {@code /Channel/Application/Writers}
 * @param capabilities what every node of the channel must understand
 * @param chaincodes names unique
 */
public record Channel(
        String name,
        Ordering ordering,
        List<Member> members,
        Map<String, String> policies,
        Map<String, String> acls,
        Capabilities capabilities,
        List<Chaincode> chaincodes) {
    public Channel {
        requireNonNull(name, "name");
        requireNonNull(ordering, "ordering");
        members = List.copyOf(members);
        policies = Collections.unmodifiableMap(new LinkedHashMap<>(policies));
        acls = Collections.unmodifiableMap(new LinkedHashMap<>(acls));
        requireNonNull(capabilities, "capabilities");
        chaincodes = List.copyOf(chaincodes);
    }

    /** The same under another name. */
    public Channel withName(String other) {
        return new Channel(other, ordering, members, policies, acls, capabilities, chaincodes);
    }

    /** The same with other chaincodes. */
    public Channel withChaincodes(List<Chaincode> others) {
        return new Channel(name, ordering, members, policies, acls, capabilities, others);
    }

    /**
     * @throws NoSuchElementException if the organization is no member
     */
    public Member member(String organization) {
        return members.stream()
                .filter(m -> m.organization().equals(organization))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("No member `" + organization + "` in `" + name + "`"));
    }

    /**
     * @throws NoSuchElementException if the channel has no chaincode of that name
     */
    public Chaincode chaincode(String chaincodeName) {
        return chaincodes.stream()
                .filter(c -> c.name().equals(chaincodeName))
                .findFirst()
                .orElseThrow(
                        () -> new NoSuchElementException("No chaincode `" + chaincodeName + "` on `" + name + "`"));
    }
}
