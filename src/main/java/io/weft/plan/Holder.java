package io.weft.plan;

import io.weft.model.NodeRef;

/** Who a Secret with key pairs belongs to. */
public sealed interface Holder {
    /** The organization whose CAs issue the certificates. */
    String organization();

    /** An ordering node. */
    record OrderingNodeHolder(NodeRef node) implements Holder {
        @Override
        public String organization() {
            return node.organization();
        }

        @Override
        public String toString() {
            return node.toString();
        }
    }

    /** A peer. */
    record PeerHolder(NodeRef node) implements Holder {
        @Override
        public String organization() {
            return node.organization();
        }

        @Override
        public String toString() {
            return node.toString();
        }
    }

    /** An organization's admin or user. */
    record ClientHolder(String organization, String user) implements Holder {
        /** Says {@code user}, because a user may be called what a node is called. */
        @Override
        public String toString() {
            return "user " + organization + "/" + user;
        }
    }

    /** An organization's Fabric CA: its TLS key pair and its registrar's password. */
    record CaHolder(String organization) implements Holder {
        @Override
        public String toString() {
            return organization + "/ca";
        }
    }

    /** A chaincode's service in an organization: TLS key pairs for both ends of its connection. */
    record ChaincodeHolder(String organization, ChaincodeRef chaincode) implements Holder {
        @Override
        public String toString() {
            return organization + "/" + chaincode;
        }
    }
}
