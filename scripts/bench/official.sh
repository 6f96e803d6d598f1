#!/usr/bin/env bash
# The reference that `scripts/bench-up` compares weft with: the same network, from an empty namespace to the first committed
# transaction, by Fabric's official programs and plain manifests. Written to be fast: all that is independent runs side by
# side, and every wait is a condition that is looked at each 0.1 s.
#
# usage: official.sh NAMESPACE     the namespace must not exist and stays
#
# Needs kubectl (KUBECONFIG), cryptogen, configtxgen, osnadmin and peer on PATH, and Service addresses that are reachable
# from this machine. Prints a line per milestone: name, tab, milliseconds since the start.
set -euo pipefail

readonly STARTED=${EPOCHREALTIME/[.,]/}
readonly NAMESPACE=$1
readonly FABRIC_VERSION=${FABRIC_VERSION:-3.1.5}
readonly CHAINCODE_IMAGE=${CHAINCODE_IMAGE:-docker.io/library/asset-transfer-basic:1.0}
# The size of each node's volume claim; `none`: ledgers live as long as the pod, which is the faster choice.
readonly STORAGE=${STORAGE:-none}
readonly TIMEOUT=180 # seconds for everything

readonly CHANNEL=trading CHAINCODE=asset
readonly ORDERERS=(orderer0 orderer1 orderer2)
readonly PEERS=(org1-peer0 org1-peer1 org2-peer0 org2-peer1)
readonly ORGANIZATIONS=(org1 org2)
readonly POLICY="AND('Org1MSP.peer','Org2MSP.peer')"
readonly FIRST_TRANSACTION='{"Args":["CreateAsset","a1","blue","5","tom","100"]}'

WORK=$(mktemp -d)
readonly WORK
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$WORK"' EXIT
cd "$WORK"

case $FABRIC_VERSION in
  2.*) readonly CHANNEL_CAPABILITY=V2_0 ;;
  *) readonly CHANNEL_CAPABILITY=V3_0 ;;
esac

milestone() { printf '%s\t%d\n' "$1" $(((${EPOCHREALTIME/[.,]/} - STARTED) / 1000)); }

retry() { # log command... : until the command succeeds
  local log=$1
  shift
  until "$@" >"$log" 2>&1; do
    if [ "$SECONDS" -ge "$TIMEOUT" ]; then
      echo "gave up after $TIMEOUT s: $*" >&2
      tail -n 3 "$log" >&2
      exit 1
    fi
    sleep 0.1
  done
}

listens() { timeout 1 bash -c "exec 3<>/dev/tcp/$1/$2"; }

together() { # pid... : fails when one of them does
  local pid
  for pid in "$@"; do wait "$pid"; done
}

declare -A IP
msp_id() { echo "${1^}MSP"; }
peer_folder() { echo "$WORK/crypto/peerOrganizations/${1%-*}.bench/peers/${1#*-}.${1%-*}.bench"; }
orderer_folder() { echo "$WORK/crypto/ordererOrganizations/orderer.bench/orderers/$1.orderer.bench"; }
readonly ORDERER_TLS_CA=$WORK/crypto/ordererOrganizations/orderer.bench/tlsca/tlsca.orderer.bench-cert.pem

# ---------------------------------------------------------------------------------------------- services and addresses

service() { # name port:number...
  local name=$1 port
  echo "---
apiVersion: v1
kind: Service
metadata: {name: $name, namespace: $NAMESPACE}
spec:
  publishNotReadyAddresses: true
  selector: {app: $name}
  ports:"
  shift
  for port in "$@"; do echo "  - {name: ${port%:*}, port: ${port#*:}}"; done
}

# First of all, because the certificates name the Services' addresses: that is how this machine reaches the nodes.
services() {
  local name kind
  {
    printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n' "$NAMESPACE"
    for name in "${ORDERERS[@]}"; do service "$name" grpc:7050 admin:9443; done
    for name in "${PEERS[@]}"; do service "$name" grpc:7051; done
    for name in "${ORGANIZATIONS[@]}"; do service "$name-$CHAINCODE" chaincode:9999; done
  } | kubectl create --validate=ignore -f - -o 'jsonpath={.kind} {.metadata.name} {.spec.clusterIP}{"\n"}' >services.txt
  while read -r kind name ip; do
    if [ "$kind" = Service ]; then IP[$name]=$ip; fi
  done <services.txt
}

# -------------------------------------------------------------------------------------------------- crypto and channel

crypto() {
  local organization node
  {
    echo "OrdererOrgs: [{Name: orderer, Domain: orderer.bench, EnableNodeOUs: true, Specs: ["
    for node in "${ORDERERS[@]}"; do echo "  {Hostname: $node, SANS: [$node, ${IP[$node]}]},"; done
    echo "]}]"
    echo "PeerOrgs:"
    for organization in "${ORGANIZATIONS[@]}"; do
      echo "- {Name: $organization, Domain: $organization.bench, EnableNodeOUs: true, Specs: ["
      for node in "${PEERS[@]}"; do
        case $node in "$organization"-*) echo "  {Hostname: ${node#*-}, SANS: [$node, ${IP[$node]}]}," ;; esac
      done
      echo "]}"
    done
  } >crypto.yaml
  cryptogen generate --config crypto.yaml --output crypto >crypto.log
}

genesis() {
  local organization node tls id
  local meta='{Readers: {Type: ImplicitMeta, Rule: ANY Readers}, Writers: {Type: ImplicitMeta, Rule: ANY Writers}, Admins: {Type: ImplicitMeta, Rule: MAJORITY Admins}'
  {
    echo "Organizations:"
    echo "- &orderer
  Name: OrdererMSP
  ID: OrdererMSP
  MSPDir: $WORK/crypto/ordererOrganizations/orderer.bench/msp
  OrdererEndpoints: [$(printf '%s:7050, ' "${ORDERERS[@]}")]
  Policies: {Readers: {Type: Signature, Rule: \"OR('OrdererMSP.member')\"}, Writers: {Type: Signature, Rule: \"OR('OrdererMSP.member')\"}, Admins: {Type: Signature, Rule: \"OR('OrdererMSP.admin')\"}}"
    for organization in "${ORGANIZATIONS[@]}"; do
      id=$(msp_id "$organization")
      echo "- &$organization
  Name: $id
  ID: $id
  MSPDir: $WORK/crypto/peerOrganizations/$organization.bench/msp
  AnchorPeers: [{Host: $organization-peer0, Port: 7051}]
  Policies: {Readers: {Type: Signature, Rule: \"OR('$id.admin', '$id.peer', '$id.client')\"}, Writers: {Type: Signature, Rule: \"OR('$id.admin', '$id.client')\"}, Admins: {Type: Signature, Rule: \"OR('$id.admin')\"}, Endorsement: {Type: Signature, Rule: \"OR('$id.peer')\"}}"
    done
    echo "Profiles:
  $CHANNEL:
    Policies: $meta}
    Capabilities: {$CHANNEL_CAPABILITY: true}
    Orderer:
      OrdererType: etcdraft
      BatchTimeout: 500ms
      BatchSize: {MaxMessageCount: 500, AbsoluteMaxBytes: 10 MB, PreferredMaxBytes: 2 MB}
      Organizations: [*orderer]
      Policies: $meta, BlockValidation: {Type: ImplicitMeta, Rule: ANY Writers}}
      Capabilities: {V2_0: true}
      EtcdRaft:
        Consenters:"
    for node in "${ORDERERS[@]}"; do
      tls=$(orderer_folder "$node")/tls/server.crt
      echo "        - {Host: $node, Port: 7050, ClientTLSCert: $tls, ServerTLSCert: $tls}"
    done
    echo "    Application:
      Organizations: [$(printf '*%s, ' "${ORGANIZATIONS[@]}")]
      Policies: $meta, LifecycleEndorsement: {Type: ImplicitMeta, Rule: MAJORITY Endorsement}, Endorsement: {Type: ImplicitMeta, Rule: MAJORITY Endorsement}}
      Capabilities: {V2_5: true}"
  } >configtx.yaml
  FABRIC_CFG_PATH=$WORK configtxgen -profile "$CHANNEL" -channelID "$CHANNEL" -outputBlock channel.block 2>genesis.log
}

packages() {
  local organization
  for organization in "${ORGANIZATIONS[@]}"; do
    mkdir -p "package/$organization"
    echo "{\"type\":\"ccaas\",\"label\":\"${CHAINCODE}_1.0\"}" >"package/$organization/metadata.json"
    echo "{\"address\":\"$organization-$CHAINCODE:9999\",\"dial_timeout\":\"10s\",\"tls_required\":false}" >"package/$organization/connection.json"
    tar -C "package/$organization" -czf "package/$organization/code.tar.gz" connection.json
    tar -C "package/$organization" -czf "$organization.tar.gz" metadata.json code.tar.gz
  done
}

package_id() { sha256sum "$1.tar.gz" | sed "s/^\([0-9a-f]*\).*/${CHAINCODE}_1.0:\1/"; }

# ------------------------------------------------------------------------------------------------------------ manifests

secret() { # name folder : the node's MSP and TLS files, keyed by path with underscores for slashes
  local file content
  echo "---
apiVersion: v1
kind: Secret
metadata: {name: $1, namespace: $NAMESPACE}
stringData:"
  for file in "$2"/msp/{cacerts,tlscacerts,signcerts,keystore}/* "$2"/msp/config.yaml "$2"/tls/*; do
    content=$(<"$file")
    file=${file#"$2"/}
    printf '  %s: |\n    %s\n' "${file//\//_}" "${content//$'\n'/$'\n'    }"
  done
}

node() { # name image folder NAME=VALUE...
  local name=$1 image=$2 folder=$3 file variable
  shift 3
  secret "$name" "$folder"
  echo "---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: $name, namespace: $NAMESPACE}
spec:
  serviceName: $name
  selector: {matchLabels: {app: $name}}
  template:
    metadata: {labels: {app: $name}}
    spec:
      enableServiceLinks: false
      terminationGracePeriodSeconds: 1
      containers:
      - name: node
        image: $image
        imagePullPolicy: IfNotPresent
        volumeMounts: [{name: crypto, mountPath: /crypto}, {name: data, mountPath: /var/hyperledger/production}]
        env:"
  for variable in "$@"; do echo "        - {name: ${variable%%=*}, value: \"${variable#*=}\"}"; done
  echo "      volumes:
      - name: crypto
        secret:
          secretName: $name
          items:"
  for file in "$folder"/msp/{cacerts,tlscacerts,signcerts,keystore}/* "$folder"/msp/config.yaml "$folder"/tls/*; do
    file=${file#"$folder"/}
    echo "          - {key: ${file//\//_}, path: $file}"
  done
  if [ "$STORAGE" = none ]; then
    echo "      - {name: data, emptyDir: {}}"
  else
    echo "  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: $STORAGE}}}"
  fi
}

manifests() {
  local name organization
  for name in "${ORDERERS[@]}"; do
    node "$name" "docker.io/hyperledger/fabric-orderer:$FABRIC_VERSION" "$(orderer_folder "$name")" \
      ORDERER_GENERAL_LISTENADDRESS=0.0.0.0 ORDERER_GENERAL_BOOTSTRAPMETHOD=none ORDERER_CHANNELPARTICIPATION_ENABLED=true \
      ORDERER_GENERAL_LOCALMSPID=OrdererMSP ORDERER_GENERAL_LOCALMSPDIR=/crypto/msp \
      ORDERER_GENERAL_TLS_ENABLED=true ORDERER_GENERAL_TLS_PRIVATEKEY=/crypto/tls/server.key \
      ORDERER_GENERAL_TLS_CERTIFICATE=/crypto/tls/server.crt "ORDERER_GENERAL_TLS_ROOTCAS=[/crypto/tls/ca.crt]" \
      ORDERER_GENERAL_CLUSTER_CLIENTPRIVATEKEY=/crypto/tls/server.key ORDERER_GENERAL_CLUSTER_CLIENTCERTIFICATE=/crypto/tls/server.crt \
      "ORDERER_GENERAL_CLUSTER_ROOTCAS=[/crypto/tls/ca.crt]" \
      ORDERER_ADMIN_LISTENADDRESS=0.0.0.0:9443 ORDERER_ADMIN_TLS_ENABLED=true ORDERER_ADMIN_TLS_PRIVATEKEY=/crypto/tls/server.key \
      ORDERER_ADMIN_TLS_CERTIFICATE=/crypto/tls/server.crt ORDERER_ADMIN_TLS_CLIENTAUTHREQUIRED=true \
      "ORDERER_ADMIN_TLS_CLIENTROOTCAS=[/crypto/tls/ca.crt]" \
      ORDERER_FILELEDGER_LOCATION=/var/hyperledger/production/orderer \
      ORDERER_CONSENSUS_WALDIR=/var/hyperledger/production/wal ORDERER_CONSENSUS_SNAPDIR=/var/hyperledger/production/snap
  done
  for name in "${PEERS[@]}"; do
    organization=${name%-*}
    node "$name" "docker.io/hyperledger/fabric-peer:$FABRIC_VERSION" "$(peer_folder "$name")" \
      CORE_PEER_ID="$name" CORE_PEER_ADDRESS="$name:7051" CORE_PEER_LISTENADDRESS=0.0.0.0:7051 \
      CORE_PEER_CHAINCODEADDRESS="$name:7052" CORE_PEER_CHAINCODELISTENADDRESS=0.0.0.0:7052 \
      CORE_PEER_GOSSIP_EXTERNALENDPOINT="$name:7051" CORE_PEER_GOSSIP_BOOTSTRAP="$organization-peer0:7051" \
      CORE_PEER_LOCALMSPID="$(msp_id "$organization")" CORE_PEER_MSPCONFIGPATH=/crypto/msp CORE_PEER_TLS_ENABLED=true \
      CORE_PEER_TLS_CERT_FILE=/crypto/tls/server.crt CORE_PEER_TLS_KEY_FILE=/crypto/tls/server.key \
      CORE_PEER_TLS_ROOTCERT_FILE=/crypto/tls/ca.crt CORE_VM_ENDPOINT=
  done
  for organization in "${ORGANIZATIONS[@]}"; do
    echo "---
apiVersion: apps/v1
kind: Deployment
metadata: {name: $organization-$CHAINCODE, namespace: $NAMESPACE}
spec:
  selector: {matchLabels: {app: $organization-$CHAINCODE}}
  template:
    metadata: {labels: {app: $organization-$CHAINCODE}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: chaincode
        image: $CHAINCODE_IMAGE
        imagePullPolicy: IfNotPresent
        env: [{name: CHAINCODE_SERVER_ADDRESS, value: \"0.0.0.0:9999\"}, {name: CHAINCODE_ID, value: \"$(package_id "$organization")\"}, {name: CORE_CHAINCODE_ID_NAME, value: \"$(package_id "$organization")\"}]"
  done
}

# -------------------------------------------------------------------------------------------------- channel and chaincode

# The peer program wants a core.yaml; all it needs from it as a client is this.
echo '{peer: {localMspType: bccsp, BCCSP: {Default: SW, SW: {Hash: SHA2, Security: 256}}, client: {connTimeout: 3s}}}' >core.yaml

as_admin() { # peer arguments... : runs `peer` as the admin of the organization of that peer
  local name=$1 organization=${1%-*} folder
  folder=$(peer_folder "$name")
  shift
  FABRIC_CFG_PATH=$WORK FABRIC_LOGGING_SPEC=error CORE_PEER_TLS_ENABLED=true CORE_PEER_ADDRESS=${IP[$name]}:7051 \
    CORE_PEER_TLS_ROOTCERT_FILE=$folder/tls/ca.crt CORE_PEER_LOCALMSPID=$(msp_id "$organization") \
    CORE_PEER_MSPCONFIGPATH=$WORK/crypto/peerOrganizations/$organization.bench/users/Admin@$organization.bench/msp command peer "$@"
}

ordering_node() { # name : the channel participation API takes any certificate of the TLS CA
  local tls
  tls=$(orderer_folder "$1")/tls
  retry "$1.join.log" osnadmin channel join --channelID "$CHANNEL" --config-block channel.block -o "${IP[$1]}:9443" \
    --ca-file "$tls/ca.crt" --client-cert "$tls/server.crt" --client-key "$tls/server.key"
}

peer() { # name : leaves NAME.joined on its way
  retry "$1.port.log" listens "${IP[$1]}" 7051
  retry "$1.join.log" as_admin "$1" channel join -b channel.block
  : >"$1.joined"
  retry "$1.install.log" as_admin "$1" lifecycle chaincode install "${1%-*}.tar.gz"
}

# Until the ordering nodes have a leader, Broadcast answers SERVICE_UNAVAILABLE and this tries again.
approve() { # organization
  retry "$1.wait.log" test -e "$1-peer0.joined"
  retry "$1.approve.log" as_admin "$1-peer0" lifecycle chaincode approveformyorg "${BROADCAST[@]}" "${DEFINITION[@]}" --package-id "$(package_id "$1")"
}

main() {
  local name peers=() others=()
  services
  crypto
  milestone crypto

  packages
  genesis &
  local genesis=$!
  manifests | kubectl create --validate=ignore -f - >manifests.log
  wait "$genesis"
  milestone manifests

  BROADCAST=(-o "${IP[orderer0]}:7050" --tls --cafile "$ORDERER_TLS_CA")
  DEFINITION=(--channelID "$CHANNEL" --name "$CHAINCODE" --version 1.0 --sequence 1 --init-required --signature-policy "$POLICY")
  TARGETS=()
  for name in "${ORGANIZATIONS[@]}"; do
    TARGETS+=(--peerAddresses "${IP[$name-peer0]}:7051" --tlsRootCertFiles "$(peer_folder "$name-peer0")/tls/ca.crt")
  done

  for name in "${PEERS[@]}"; do
    peer "$name" &
    peers+=($!)
  done
  # All three listen before the first joins: a node that cannot dial another waits a second before it tries again.
  for name in "${ORDERERS[@]}"; do
    retry "$name.port.log" listens "${IP[$name]}" 9443
    retry "$name.port.log" listens "${IP[$name]}" 7050
  done
  milestone "ordering nodes up"
  for name in "${ORDERERS[@]}"; do
    ordering_node "$name" &
    others+=($!)
  done
  together "${others[@]}"
  others=()
  for name in "${ORGANIZATIONS[@]}"; do
    approve "$name" &
    others+=($!)
  done
  for name in "${PEERS[@]}"; do retry wait.log test -e "$name.joined"; done
  milestone "channel joined"
  together "${peers[@]}"
  milestone "chaincode installed"
  together "${others[@]}"
  milestone "chaincode approved"
  retry commit.log as_admin org1-peer0 lifecycle chaincode commit "${BROADCAST[@]}" "${DEFINITION[@]}" "${TARGETS[@]}"
  milestone "chaincode committed"
  retry invoke.log as_admin org1-peer0 chaincode invoke --isInit "${BROADCAST[@]}" -C "$CHANNEL" -n "$CHAINCODE" -c "$FIRST_TRANSACTION" \
    "${TARGETS[@]}" --waitForEvent
  milestone "first transaction"
}

main
