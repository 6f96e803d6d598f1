package io.weft.plan;

import io.weft.model.NodeRef;

/** What a Helm release runs. */
public sealed interface Release {
    /** The organization it belongs to. */
    String organization();

    /** An ordering node. */
    record OrderingNodeRelease(NodeRef node) implements Release {
        @Override
        public String organization() {
            return node.organization();
        }

        @Override
        public String toString() {
            return node.toString();
        }
    }

    /** A peer, with its CouchDB if it has one. */
    record PeerRelease(NodeRef node) implements Release {
        @Override
        public String organization() {
            return node.organization();
        }

        @Override
        public String toString() {
            return node.toString();
        }
    }

    /** An organization's Fabric CA. */
    record CaRelease(String organization) implements Release {
        @Override
        public String toString() {
            return organization + "/ca";
        }
    }

    /** A chaincode's service in an organization. */
    record ChaincodeRelease(String organization, ChaincodeRef chaincode) implements Release {
        @Override
        public String toString() {
            return organization + "/" + chaincode;
        }
    }
}
