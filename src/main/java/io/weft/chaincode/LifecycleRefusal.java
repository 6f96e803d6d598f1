package io.weft.chaincode;

import io.weft.problem.RejectedException;
import io.weft.protocol.Answer;
import java.util.List;

/** Fabric's refusals of lifecycle calls, and what to do about each. */
enum LifecycleRefusal {
    ALREADY_INSTALLED("chaincode already successfully installed", "The package is installed."),
    BUILD_FAILED(
            "could not build chaincode",
            "No builder of the peer takes the package, or one failed; the peer's log has its output. A peer that runs"
                    + " chaincode as a service needs the external builder `ccaas_builder`."),
    SEQUENCE_ZERO("requested sequence is 0", "Sequences begin with 1."),
    SEQUENCE_AHEAD(
            "is larger than the next available sequence number",
            "Take the next sequence number, one more than the committed one."),
    SEQUENCE_BEHIND(
            "is larger than requested sequence",
            "The channel has a newer definition by now; look at it and start again."),
    SEQUENCE_NOT_NEXT(
            "but new definition must be sequence", "Take the sequence number that follows the committed one."),
    REDEFINED("with different parameters", "A definition that changes needs the next sequence number."),
    UNCHANGED_APPROVAL("attempted to redefine uncommitted sequence", "The organization has approved exactly this."),
    UNCHANGED_COMMIT(
            "attempted to redefine the current committed sequence",
            "The organization has approved exactly this, and it is committed."),
    NOT_APPROVED(
            "chaincode definition not agreed to by this org",
            "Have that organization approve exactly this definition."),
    NOT_DEFINED("is not defined", "The channel has no such chaincode yet."),
    NO_APPROVAL(
            "could not fetch approved chaincode definition",
            "The organization has approved nothing for that sequence."),
    NOT_INSTALLED(
            "exists, but chaincode is not installed",
            "Install the package on this peer, or approve with the ID of the installed one."),
    NOT_YET_APPROVED("has not yet been approved by this org", "Have that organization approve the definition."),
    ALREADY_INITIALIZED("is already initialized but called as init", "The chaincode is initialized."),
    NO_INIT_WANTED("does not require initialization", "The definition demands no first invocation."),
    INIT_WANTED(
            "has not been initialized for this version",
            "The definition demands a first invocation that says that it is; make it."),
    NOT_LAUNCHED(
            ChannelLifecycle.NOT_LAUNCHED,
            "The peer does not reach the chaincode's service, or the service does not answer as this chaincode: compare"
                    + " address, port, TLS and package ID, and read the service's log."),
    COLLECTION_MISSING(
            "missing in the proposed collection configuration",
            "A collection that exists must stay in every further definition."),
    COLLECTIONS_MISSING(
            "does not contain previously defined collections",
            "Collections that exist must stay in every further definition."),
    BLOCK_TO_LIVE(
            "the BlockToLive in an existing collection",
            "`blockToLive` of a collection cannot be changed once it is committed."),
    COLLECTION("collection-name:", "Mend this collection in the definition."),
    CHANNEL_UNKNOWN("not found", "The peer has not joined the channel."),
    ACL(
            "failed ACL check",
            "The call needs an identity with another role: an admin of the peer's own organization, or"
                    + " a writer of the channel."),
    CREATOR_UNKNOWN(
            "creator org",
            "The peer does not know the identity: its MSP has another CA, or the certificate" + " has expired.");

    private final String text;
    private final String remedy;

    LifecycleRefusal(String text, String remedy) {
        this.text = text;
        this.remedy = remedy;
    }

    boolean matches(String message) {
        return message.contains(text);
    }

    /** An exception with Fabric's own words and, if they are known, what they ask for. */
    static RejectedException exception(Answer.Refused refused, String action) {
        StringBuilder message = new StringBuilder();
        message.append(refused.peer())
                .append(" was asked to ")
                .append(action)
                .append(", and refused (")
                .append(refused.status())
                .append("): ")
                .append(refused.message());
        for (LifecycleRefusal known : values()) {
            if (known.matches(refused.message())) {
                message.append("\n  ").append(known.remedy);
                break;
            }
        }
        return new RejectedException(message.toString());
    }

    /** As {@link #exception(Answer.Refused, String)}, of several peers' refusals; at least one. */
    static RejectedException exception(List<Answer.Refused> refusals, String action) {
        if (refusals.size() == 1) {
            return exception(refusals.get(0), action);
        }
        List<String> texts = refusals.stream()
                .map(refused -> exception(refused, action).getMessage())
                .toList();
        return new RejectedException(String.join("\n", texts));
    }
}
