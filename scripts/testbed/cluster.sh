#!/usr/bin/env bash
# A real Kubernetes on one Debian machine, without Docker and without a registry. See README.md beside this file.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly HERE
readonly HOME_DIR=${WEFT_TESTBED_DIR:-/var/lib/weft-testbed}
readonly BIN=$HOME_DIR/bin
readonly SOCKET=/run/weft-testbed-containerd.sock

readonly KUBERNETES_VERSION=v1.34.4
readonly COREDNS_VERSION=v1.14.3

# 198.18.0.0/15 is set aside for tests (RFC 2544) and never routed off the machine. The pods' range is a narrow one: its route wins
# over that of a bridge which another cluster in the same range has left behind.
readonly ALL_CIDR=198.18.0.0/15 POD_CIDR=198.18.128.0/20 SERVICE_CIDR=198.19.0.0/16
readonly FIRST_SERVICE_IP=198.19.0.1 DNS_IP=198.19.255.53 NODE_IP=198.19.255.1

# An API server takes its port and the next two (etcd's).
readonly CLUSTER_PORT=6443
readonly API_ONLY_PORT=${WEFT_TESTBED_API_PORT:-16443}

readonly API_ONLY_DIR=$HOME_DIR/api
readonly PACKAGES=(containerd runc iptables ipset conntrack ethtool socat containernetworking-plugins inotify-tools iproute2 kmod procps openssl)

usage() {
  cat <<TEXT
usage: cluster.sh COMMAND

  install        packages and programs of the cluster (root; about 6 minutes without Go's build cache, seconds with it)
  up             starts the cluster, or what is not running of it (root); prints KUBECONFIG=...
  down           stops it; objects and images stay
  wipe           stops it and forgets all objects; programs and images stay
  import X.tar   loads an image archive (mkimage.py makes one from a folder)
  status         what runs

  install-api    only the programs for api-up (no root needed)
  api-up         starts only etcd and kube-apiserver: no node, no controller, no pod; prints KUBECONFIG=...
  api-down       stops them and forgets all objects

WEFT_TESTBED_DIR (default /var/lib/weft-testbed) holds all state; WEFT_TESTBED_API_PORT (default 16443) is where api-up listens.
TEXT
}

say() { echo "testbed: $*" >&2; }
fail() { say "$*"; exit 1; }

# ---------------------------------------------------------------------------------------------------------- programs

install_api() {
  local program
  for program in go openssl; do
    command -v "$program" >/dev/null || fail "\`$program\` is not on PATH; it is needed to build and run the API server."
  done
  say "building Kubernetes $KUBERNETES_VERSION"
  local version=k8s.io/component-base/version
  local flags="-s -w -X $version.gitVersion=$KUBERNETES_VERSION -X $version.gitMajor=1 -X $version.gitMinor=34"
  (cd "$HERE/kube" && CGO_ENABLED=0 go build -trimpath -ldflags "$flags" -o "$BIN/kube" .)
  for program in kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy; do
    ln -sf kube "$BIN/$program"
  done
  if ! command -v kubectl >/dev/null; then
    say "building kubectl"
    (cd "$HERE/kube" && CGO_ENABLED=0 go build -trimpath -ldflags "$flags" -o "$BIN/kubectl" k8s.io/kubernetes/cmd/kubectl)
  fi
  if ! command -v etcd >/dev/null; then
    say "unpacking etcd"
    local folder=$HOME_DIR/etcd-package
    unpack etcd-server "$folder"
    cp "$folder/usr/bin/etcd" "$BIN/etcd"
    rm -rf "$folder"
  fi
}

install_all() {
  need_root
  if ! dpkg -s "${PACKAGES[@]}" >/dev/null 2>&1; then
    say "installing ${PACKAGES[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${PACKAGES[@]}" >/dev/null
  fi
  install_api
  say "building CoreDNS $COREDNS_VERSION"
  # The folder matters: outside of a module Go ignores ours, whose Kubernetes is older than CoreDNS's.
  (cd / && GOBIN=$BIN CGO_ENABLED=0 go install -trimpath -ldflags "-s -w" "github.com/coredns/coredns@$COREDNS_VERSION")
  local program folder=$HOME_DIR/pause
  mkdir -p "$folder"
  gcc -Os -static -o "$folder/pause" "$HERE/pause.c"
  python3 "$HERE/mkimage.py" weft-testbed/pause:1 "$folder" "$HOME_DIR/pause.tar" --entrypoint /pause
  say "making the tools image"
  folder=$HOME_DIR/tools
  rm -rf "$folder" && mkdir -p "$folder/bin" "$folder/tmp"
  unpack busybox-static "$folder-package"
  cp "$folder-package/bin/busybox" "$folder/bin/busybox"
  for program in $("$folder/bin/busybox" --list); do
    [ "$program" = busybox ] || ln -s busybox "$folder/bin/$program"
  done
  python3 "$HERE/mkimage.py" weft-testbed/tools:1 "$folder" "$HOME_DIR/tools.tar" --cmd sh --user 1000
  rm -rf "$folder-package"
}

# Unpacked, not installed: the machine keeps what it has, and no package starts a service.
unpack() { # package folder
  rm -rf "$2" && mkdir -p "$2"
  if ! (cd "$2" && apt-get download -qq "$1") 2>/dev/null; then
    if is_root; then apt-get update -qq; fi
    (cd "$2" && apt-get download -qq "$1")
  fi
  dpkg -x "$2/$1"_*.deb "$2"
}

is_root() { [ "$(id -u)" = 0 ]; }
need_root() { is_root || fail "this needs root; \`install-api\` and \`api-up\` do not."; }
need_program() { [ -x "$BIN/$1" ] || command -v "$1" >/dev/null || fail "\`$1\` is missing; run \`$0 $2\` first."; }

# --------------------------------------------------------------------------------------------------------- processes

# A pid file holds the pid and the start time, so that another process with a reused pid is never taken for ours.
started_at() { # pid : nothing when it has ended, even if nobody has collected it yet
  sed -n 's/.*) \([^ZX]\)/\1/p' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

is_running() { # folder name
  local pid time
  read -r pid time 2>/dev/null <"$1/run/$2" && [ -n "$time" ] && [ "$(started_at "$pid")" = "$time" ]
}

start() { # folder name command...
  local folder=$1 name=$2 pid
  shift 2
  if is_running "$folder" "$name"; then return; fi
  mkdir -p "$folder/run" "$folder/log"
  setsid nohup "$@" >"$folder/log/$name.log" 2>&1 </dev/null 9>&- &
  pid=$!
  echo "$pid $(started_at "$pid")" >"$folder/run/$name"
}

stop() { # folder name... : ends each in turn, by force after 10 s
  local folder=$1 name pid _
  shift
  for name in "$@"; do
    if is_running "$folder" "$name"; then
      read -r pid _ <"$folder/run/$name"
      kill -- "-$pid" 2>/dev/null || true
      for _ in $(seq 200); do is_running "$folder" "$name" || break; sleep 0.05; done
      if is_running "$folder" "$name"; then kill -KILL -- "-$pid" 2>/dev/null || true; fi
    fi
    rm -f "$folder/run/$name"
  done
}

await() { # folder name seconds what command... : until the command succeeds; gives up at once when the process ends
  local folder=$1 name=$2 seconds=$3 what=$4 end=$((SECONDS + $3))
  shift 4
  until "$@" >/dev/null 2>&1; do
    if ! is_running "$folder" "$name"; then
      tail -n 5 "$folder/log/$name.log" >&2
      fail "$name ended before $what; its log is $folder/log/$name.log."
    fi
    if [ "$SECONDS" -ge "$end" ]; then
      tail -n 5 "$folder/log/$name.log" >&2
      fail "waited $seconds s for $what; the log of $name is $folder/log/$name.log."
    fi
    sleep 0.1
  done
}

is_listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

need_free_ports() { # folder name port... : unless it is our own process that listens
  local folder=$1 name=$2 port
  shift 2
  if is_running "$folder" "$name"; then return; fi
  for port in "$@"; do
    if is_listening "$port"; then fail "port $port, which $name needs, is taken by another program."; fi
  done
}

# Two clusters on one machine would fight over container cgroups, iptables chains and the bridge.
need_no_other_node() {
  local folder ours='' pid name _
  for name in kubelet kube-proxy; do
    if is_running "$HOME_DIR" "$name"; then read -r pid _ <"$HOME_DIR/run/$name"; ours+=" $pid "; fi
  done
  for folder in /proc/[0-9]*; do
    pid=${folder#/proc/}
    name=$(cat "$folder/comm" 2>/dev/null) || continue
    case $name in
      kubelet | kube-proxy | k3s-server | k3s-agent) ;;
      *) continue ;;
    esac
    if [[ $ours != *" $pid "* ]]; then
      fail "another Kubernetes node runs on this machine ($name, process $pid). Use it, or stop it first: two nodes cannot share a machine."
    fi
  done
}

# -------------------------------------------------------------------------------------------------------- identities

new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }

authority() { # folder
  local pki=$1/pki
  mkdir -p "$pki"
  chmod 700 "$pki"
  if [ -f "$pki/ca.crt" ]; then return; fi
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$pki/service-accounts.key" 2>/dev/null
  new_key "$pki/ca.key"
  openssl req -x509 -new -key "$pki/ca.key" -days 3650 -subj /CN=weft-testbed-ca -out "$pki/ca.crt.new" 2>/dev/null
  mv "$pki/ca.crt.new" "$pki/ca.crt"
}

certificate() { # folder name common-name organization [subject-alternative-names]
  local pki=$1/pki name=$2 extensions
  if [ -f "$pki/$name.crt" ]; then return; fi
  extensions=$(printf 'keyUsage=digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n%s\n' "${5:+subjectAltName=$5}")
  new_key "$pki/$name.key"
  openssl req -new -key "$pki/$name.key" -subj "/O=$4/CN=$3" 2>/dev/null |
    openssl x509 -req -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -set_serial "0x$(openssl rand -hex 16)" -days 3650 \
      -extfile <(echo "$extensions") -out "$pki/$name.crt.new" 2>/dev/null
  mv "$pki/$name.crt.new" "$pki/$name.crt"
}

kubeconfig() { # folder certificate port
  local pki=$1/pki
  (
    umask 077
    cat >"$1/$2.conf" <<YAML
apiVersion: v1
kind: Config
clusters:
  - name: weft-testbed
    cluster: {server: "https://127.0.0.1:$3", certificate-authority-data: $(base64 -w0 "$pki/ca.crt")}
users:
  - name: $2
    user: {client-certificate-data: $(base64 -w0 "$pki/$2.crt"), client-key-data: $(base64 -w0 "$pki/$2.key")}
contexts:
  - name: weft-testbed
    context: {cluster: weft-testbed, user: $2}
current-context: weft-testbed
YAML
  )
}

# ------------------------------------------------------------------------------------------------- etcd and API server

control_plane() { # folder port apiserver-option...
  local folder=$1 port=$2 pki=$1/pki client=http://127.0.0.1:$(($2 + 1)) peer=http://127.0.0.1:$(($2 + 2))
  shift 2
  need_free_ports "$folder" etcd $((port + 1)) $((port + 2))
  need_free_ports "$folder" apiserver "$port"
  authority "$folder"
  certificate "$folder" apiserver kube-apiserver weft-testbed \
    "IP:127.0.0.1,IP:$FIRST_SERVICE_IP,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc"
  certificate "$folder" admin admin system:masters
  kubeconfig "$folder" admin "$port"
  start "$folder" etcd etcd --data-dir "$folder/etcd" --unsafe-no-fsync --initial-cluster "default=$peer" \
    --listen-client-urls "$client" --advertise-client-urls "$client" --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer"
  # WatchList asks for a feature that Debian's etcd lacks: watches without a resource version would end in 500.
  start "$folder" apiserver "$BIN/kube-apiserver" --etcd-servers="$client" --secure-port="$port" \
    --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" --client-ca-file="$pki/ca.crt" \
    --service-account-key-file="$pki/service-accounts.key" --service-account-signing-key-file="$pki/service-accounts.key" \
    --service-account-issuer=https://kubernetes.default.svc --service-cluster-ip-range="$SERVICE_CIDR" --feature-gates=WatchList=false "$@"
  export KUBECONFIG=$folder/admin.conf
  await "$folder" apiserver 120 "the API server answers on port $port" kubectl get --raw /readyz
}

api_up() {
  need_program kube-apiserver install-api
  need_program etcd install-api
  need_program kubectl install-api
  control_plane "$API_ONLY_DIR" "$API_ONLY_PORT" --bind-address=127.0.0.1 --endpoint-reconciler-type=none \
    --authorization-mode=RBAC --disable-admission-plugins=ServiceAccount
  echo "KUBECONFIG=$API_ONLY_DIR/admin.conf"
}

api_down() {
  local name pid _
  for name in apiserver etcd; do # nothing is kept, so nothing has to end in good order
    if is_running "$API_ONLY_DIR" "$name"; then
      read -r pid _ <"$API_ONLY_DIR/run/$name"
      kill -KILL -- "-$pid" 2>/dev/null || true
    fi
    stop "$API_ONLY_DIR" "$name"
  done
  rm -rf "$API_ONLY_DIR"
}

# ------------------------------------------------------------------------------------------------------- whole cluster

need_free_range() {
  local taken
  taken=$(ip -o -4 route show root "$POD_CIDR" | grep -v ' dev weft-testbed0 ' || true)
  if [ -n "$taken" ]; then
    fail "the range of the pods, $POD_CIDR, is taken by another interface (${taken%% proto*}). Remove that route or interface first."
  fi
}

network() {
  ip route replace blackhole "$ALL_CIDR"
  ip addr replace "$DNS_IP/32" dev lo
  ip addr replace "$NODE_IP/32" dev lo
  ip route replace "$SERVICE_CIDR" dev lo src "$NODE_IP"
  modprobe -q br_netfilter || true # built in on some kernels, absent on others
  sysctl -qw net.ipv4.ip_forward=1
  sysctl -qw net.bridge.bridge-nf-call-iptables=1 2>/dev/null || true
  mkdir -p "$HOME_DIR/cni"
  cat >"$HOME_DIR/cni/10-weft-testbed.conflist" <<JSON
{"cniVersion": "0.4.0", "name": "weft-testbed", "plugins": [
  {"type": "bridge", "bridge": "weft-testbed0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "$POD_CIDR"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
JSON
}

containers() {
  # restrict_oom_score_adj: machines that withhold CAP_SYS_RESOURCE cannot lower the score.
  cat >"$HOME_DIR/containerd.toml" <<TOML
version = 2
root = "$HOME_DIR/containerd"
state = "/run/weft-testbed-containerd"
[grpc]
  address = "$SOCKET"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "weft-testbed/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$HOME_DIR/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
TOML
  start "$HOME_DIR" containerd containerd --config "$HOME_DIR/containerd.toml"
  await "$HOME_DIR" containerd 60 "containerd answers" containerctl version
  containerctl images import "$HOME_DIR/pause.tar" >/dev/null
  containerctl images import "$HOME_DIR/tools.tar" >/dev/null
}

containerctl() { timeout 120 ctr -a "$SOCKET" -n k8s.io "$@"; }

controllers() {
  local pki=$HOME_DIR/pki
  start "$HOME_DIR" controller-manager "$BIN/kube-controller-manager" --kubeconfig="$HOME_DIR/controller-manager.conf" \
    --service-account-private-key-file="$pki/service-accounts.key" --root-ca-file="$pki/ca.crt" \
    --cluster-signing-cert-file="$pki/ca.crt" --cluster-signing-key-file="$pki/ca.key" --use-service-account-credentials \
    --allocate-node-cidrs=false --cluster-cidr="$POD_CIDR" --enable-hostpath-provisioner=true --leader-elect=false
  start "$HOME_DIR" scheduler "$BIN/kube-scheduler" --kubeconfig="$HOME_DIR/scheduler.conf" --leader-elect=false
  # The built-in provisioner makes folders for root only and ignores fsGroup; other provisioners open them, so this does.
  mkdir -p /tmp/hostpath_pv
  # shellcheck disable=SC2016 # for the inner shell to expand
  start "$HOME_DIR" volumes bash -c \
    'inotifywait -q -m -e create --format %w%f /tmp/hostpath_pv | while read -r folder; do chmod -f 0777 "$folder"; done'
}

node() {
  local pki=$HOME_DIR/pki
  cat >"$HOME_DIR/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
failSwapOn: false
clusterDNS: [$DNS_IP]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix://$SOCKET
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $pki/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $pki/kubelet.crt
tlsPrivateKeyFile: $pki/kubelet.key
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
imageGCHighThresholdPercent: 100
resolvConf: ""
nodeStatusUpdateFrequency: 5s
maxPods: 250
YAML
  start "$HOME_DIR" kubelet "$BIN/kubelet" --config="$HOME_DIR/kubelet.yaml" --kubeconfig="$HOME_DIR/kubelet.conf" \
    --hostname-override=node1 --oom-score-adj=0 --root-dir="$HOME_DIR/kubelet" --node-ip="$NODE_IP"
  cat >"$HOME_DIR/kube-proxy.yaml" <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: $HOME_DIR/kube-proxy.conf}
clusterCIDR: $POD_CIDR
hostnameOverride: node1
mode: iptables
conntrack: {maxPerCore: 0}
YAML
  start "$HOME_DIR" kube-proxy "$BIN/kube-proxy" --config="$HOME_DIR/kube-proxy.yaml"
  cat >"$HOME_DIR/Corefile" <<TEXT
.:53 {
  bind $DNS_IP
  errors
  kubernetes cluster.local in-addr.arpa {
    kubeconfig $HOME_DIR/admin.conf weft-testbed
    ttl 5
  }
  cache 5
}
TEXT
  start "$HOME_DIR" coredns "$BIN/coredns" -conf "$HOME_DIR/Corefile"
}

node_is_ready() { [ "$(kubectl get node node1 -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}')" = True ]; }

up() {
  need_root
  need_program kubelet install
  need_program coredns install
  local image
  for image in pause tools; do
    [ -f "$HOME_DIR/$image.tar" ] || fail "\`$image.tar\` is missing; run \`$0 install\` first."
  done
  need_no_other_node
  need_free_range
  network
  authority "$HOME_DIR"
  local user
  certificate "$HOME_DIR" controller-manager system:kube-controller-manager system
  certificate "$HOME_DIR" scheduler system:kube-scheduler system
  certificate "$HOME_DIR" kubelet system:node:node1 system:nodes "IP:127.0.0.1,IP:$NODE_IP,DNS:node1"
  certificate "$HOME_DIR" kube-proxy system:kube-proxy system:node-proxier
  for user in controller-manager scheduler kubelet kube-proxy; do kubeconfig "$HOME_DIR" "$user" "$CLUSTER_PORT"; done
  containers
  control_plane "$HOME_DIR" "$CLUSTER_PORT" --bind-address=0.0.0.0 --advertise-address="$NODE_IP" --authorization-mode=Node,RBAC \
    --kubelet-client-certificate="$HOME_DIR/pki/admin.crt" --kubelet-client-key="$HOME_DIR/pki/admin.key" \
    --allow-privileged=true --kubelet-preferred-address-types=InternalIP
  controllers
  node
  kubectl apply -f - >/dev/null <<YAML
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: standard, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: kubernetes.io/host-path
reclaimPolicy: Delete
YAML
  await "$HOME_DIR" kubelet 120 "node1 is Ready" node_is_ready
  echo "KUBECONFIG=$HOME_DIR/admin.conf"
}

stop_node() {
  stop "$HOME_DIR" kube-proxy kubelet coredns scheduler volumes controller-manager
  if is_running "$HOME_DIR" containerd; then
    containerctl tasks ls -q | xargs -r -n 16 timeout 120 ctr -a "$SOCKET" -n k8s.io tasks rm -f >/dev/null 2>&1 || true
  fi
}

down() {
  need_root
  stop_node
  stop "$HOME_DIR" apiserver containerd etcd
}

wipe() {
  need_root
  need_no_other_node
  stop_node
  if is_running "$HOME_DIR" containerd; then
    containerctl containers ls -q | xargs -r timeout 120 ctr -a "$SOCKET" -n k8s.io containers rm >/dev/null || true
  fi
  stop "$HOME_DIR" apiserver containerd etcd
  awk -v root="$HOME_DIR/kubelet/" 'index($2 "/", root) == 1 {print $2}' /proc/mounts | sort -r | xargs -r umount -l
  rm -rf "$HOME_DIR"/{etcd,kubelet,pki,cni,run} "$HOME_DIR"/*.conf /tmp/hostpath_pv/pvc-* /var/lib/cni/networks/weft-testbed
  if [ -x "$BIN/kube-proxy" ]; then "$BIN/kube-proxy" --cleanup >/dev/null 2>&1 || true; fi
  find /run/netns -name 'cni-*' -printf '%f\n' 2>/dev/null | xargs -r -n 1 ip netns delete || true
  ip link delete weft-testbed0 2>/dev/null || true
  ip route delete "$SERVICE_CIDR" dev lo 2>/dev/null || true
  ip route delete blackhole "$ALL_CIDR" 2>/dev/null || true
  ip addr delete "$DNS_IP/32" dev lo 2>/dev/null || true
  ip addr delete "$NODE_IP/32" dev lo 2>/dev/null || true
}

import() {
  if [ $# != 1 ] || [ ! -f "$1" ]; then fail "\`import\` takes one image archive."; fi
  is_running "$HOME_DIR" containerd || fail "the cluster does not run; \`$0 up\` starts it."
  containerctl images import "$1"
}

status() {
  local folder file name pid _
  for folder in "$HOME_DIR" "$API_ONLY_DIR"; do
    for file in "$folder"/run/*; do
      [ -f "$file" ] || continue
      name=${file##*/}
      read -r pid _ <"$file"
      if is_running "$folder" "$name"; then echo "$name runs (process $pid, log $folder/log/$name.log)"; else echo "$name has ended (log $folder/log/$name.log)"; fi
    done
  done
  if is_running "$HOME_DIR" apiserver; then KUBECONFIG=$HOME_DIR/admin.conf kubectl get nodes,pods -A -o wide; fi
}

command=${1:-}
[ $# -gt 0 ] && shift
case $command in
  install) run=install_all ;;
  install-api) run=install_api ;;
  api-up) run=api_up ;;
  api-down) run=api_down ;;
  up | down | wipe | import | status) run=$command ;;
  -h | --help | help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac
mkdir -p "$BIN" 2>/dev/null || fail "cannot write to \`$HOME_DIR\`; set WEFT_TESTBED_DIR to a folder of your own, or run as root."
PATH=$PATH:$BIN
if [ "$run" != status ]; then
  exec 9>"$HOME_DIR/lock"
  flock 9
fi
"$run" "$@"
