package io.weft.spec;

import io.weft.model.FabricVersion;

/** The spec that {@code weft init} writes. */
public final class StarterSpec {
    private StarterSpec() {}

    /**
     * A commented spec of two organizations and an ordering service of three nodes, to be edited.
     *
     * @param name the network's name, a DNS label
     * @param version peers' and ordering nodes'
     * @param schema what the editor reads the schema from: a URL, or a path relative to the spec
     */
    public static String text(String name, FabricVersion version, String schema) {
        return """
                # yaml-language-server: $schema=%3$s
                # A Hyperledger Fabric network. `weft validate FILE` checks this file, `weft show FILE` prints it with every
                # default filled in, `weft plan FILE` says what `weft up FILE` would do.
                apiVersion: weft/v1
                kind: Network
                metadata:
                  name: %1$s
                  # namespace: %1$s            # default: the name

                fabric:
                  version: %2$s             # 2.5.0 or newer; Fabric CA's and CouchDB's versions have defaults
                  # images:
                  #   registry: registry.example.com
                  #   pullSecrets: [registry-login]

                organizations:
                  # An organization that orders: 3 nodes survive the loss of one.
                  - name: orderer             # its MSP ID becomes OrdererMSP; `mspId` says otherwise
                    orderers: 3

                  # Organizations with peers. A number makes peer0, peer1, ... with all defaults.
                  - name: org1
                    peers: 2
                    users: 1                  # client identities beside the admin

                  # A list says more about each.
                  - name: org2
                    peers:
                      - name: peer0
                        # stateDatabase: couchdb  # rich queries, on Kubernetes; the default is leveldb
                        storage: 10Gi
                      - name: peer1

                channels:
                  - name: trading
                    ordering: {type: raft, organizations: [orderer]}
                    members: [org1, org2]
                    chaincodes:
                      # An image that runs as a service on Kubernetes, and what runs in its place on this machine:
                      # here a Java contract that comes with weft; {command: [...]} and {address: ...} do as well.
                      - name: asset
                        version: "1.0"
                        image: ghcr.io/acme/asset:1.0
                        local: {class: io.weft.sample.AssetContract}
                        # endorsement: "AND('Org1MSP.peer','Org2MSP.peer')"   # default: a majority of the members
                """.formatted(name, version, schema);
    }
}
