package io.weft.plan;

import static java.util.Objects.requireNonNull;

import io.weft.model.NodeRef;

/**
 * One thing to do that either happened or did not. Every step is safe to repeat: whoever performs it observes and
 * compares before acting.
 */
public sealed interface Step {
    /** Identifies the step within a plan, for example {@code join trading org1/peer0}. */
    String id();

    /** Lets the step's performer be chosen without a cast. */
    <R> R accept(Visitor<R> visitor);

    /** Makes sure that a namespace exists. */
    record EnsureNamespace(String namespace) implements Step {
        @Override
        public String id() {
            return "namespace " + namespace;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Gives the network an ID and keeps it, with the spec's digest, in the network's own namespace. */
    record RecordNetwork(String namespace) implements Step {
        @Override
        public String id() {
            return "record " + namespace;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Creates the signing CA, TLS CA and admin CA of an organization. */
    record CreateAuthorities(String organization) implements Step {
        @Override
        public String id() {
            return "authorities " + organization;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Issues the key pairs and certificates that one Secret holds. */
    record IssueIdentity(Holder holder) implements Step {
        public IssueIdentity {
            requireNonNull(holder, "holder");
        }

        @Override
        public String id() {
            return "identity " + holder;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Asks for a node's volumes ahead of its release, so that they are provided while its keys are made. */
    record ClaimStorage(Release release) implements Step {
        public ClaimStorage {
            requireNonNull(release, "release");
        }

        @Override
        public String id() {
            return "storage " + release;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Installs or upgrades a Helm release. */
    record InstallRelease(Release release) implements Step {
        public InstallRelease {
            requireNonNull(release, "release");
        }

        @Override
        public String id() {
            return "release " + release;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Waits until Kubernetes and the program itself say that a release is ready. */
    record AwaitReady(Release release) implements Step {
        public AwaitReady {
            requireNonNull(release, "release");
        }

        @Override
        public String id() {
            return "ready " + release;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Makes block 0 of a channel and keeps it. */
    record CreateGenesisBlock(String channel) implements Step {
        @Override
        public String id() {
            return "genesis " + channel;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Joins an ordering node to a channel through the channel participation API. */
    record JoinOrderingNode(String channel, NodeRef node) implements Step {
        @Override
        public String id() {
            return "join " + channel + " " + node;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Joins a peer to a channel. */
    record JoinPeer(String channel, NodeRef node) implements Step {
        @Override
        public String id() {
            return "join " + channel + " " + node;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Installs a chaincode's package on a peer. */
    record InstallChaincode(ChaincodeRef chaincode, NodeRef peer) implements Step {
        @Override
        public String id() {
            return "install " + chaincode + " " + peer;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Approves a chaincode definition for an organization. */
    record ApproveChaincode(ChaincodeRef chaincode, String organization) implements Step {
        @Override
        public String id() {
            return "approve " + chaincode + " " + organization;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Commits a chaincode definition to its channel. */
    record CommitChaincode(ChaincodeRef chaincode) implements Step {
        @Override
        public String id() {
            return "commit " + chaincode;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Sends the first call that a chaincode definition demands. */
    record InitializeChaincode(ChaincodeRef chaincode) implements Step {
        @Override
        public String id() {
            return "init " + chaincode;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Asks discovery for endorsers and the chaincode for an answer, at one organization. */
    record VerifyChaincode(ChaincodeRef chaincode, String organization) implements Step {
        @Override
        public String id() {
            return "verify " + chaincode + " " + organization;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** One method for each kind of step. */
    interface Visitor<R> {
        R visit(EnsureNamespace step);

        R visit(RecordNetwork step);

        R visit(CreateAuthorities step);

        R visit(IssueIdentity step);

        R visit(ClaimStorage step);

        R visit(InstallRelease step);

        R visit(AwaitReady step);

        R visit(CreateGenesisBlock step);

        R visit(JoinOrderingNode step);

        R visit(JoinPeer step);

        R visit(InstallChaincode step);

        R visit(ApproveChaincode step);

        R visit(CommitChaincode step);

        R visit(InitializeChaincode step);

        R visit(VerifyChaincode step);
    }
}
