{{- define "fabric-peer.version" -}}
{{- .Values.fabricVersion -}}
{{- end -}}

{{- define "fabric-peer.image" -}}
{{- .Values.image | default (printf "docker.io/hyperledger/fabric-peer:%s" .Values.fabricVersion) -}}
{{- end -}}

{{- define "fabric-peer.mspId" -}}
{{- required "`mspId` is missing: give the MSP ID of the organization that runs the peer, for example `--set mspId=Org1MSP`." .Values.mspId -}}
{{- end -}}

{{- define "fabric-peer.identitySecret" -}}
{{- required "`identity.secretName` is missing: name a Secret that holds the peer's identity in the keys `sign.crt`, `sign.key`, `ca.crt`, `tls.crt`, `tls.key`, `tlsca.crt` and `config.yaml`." .Values.identity.secretName -}}
{{- end -}}

{{- define "fabric-peer.couchdbSecret" -}}
{{- required "`couchdb.secretName` is missing: with `stateDatabase: CouchDB` name a Secret that holds CouchDB's administrator in the keys `username` and `password`." .Values.couchdb.secretName -}}
{{- end -}}

{{/* "true" with CouchDB, empty with LevelDB. */}}
{{- define "fabric-peer.withCouchdb" -}}
{{- if eq .Values.stateDatabase "CouchDB" -}}true{{- end -}}
{{- end -}}

{{- define "fabric-peer.externalEndpoint" -}}
{{- .Values.gossip.externalEndpoint | default (printf "%s:7051" (include "weft-common.host" .)) -}}
{{- end -}}

{{/*
core.yaml for the Fabric version. There is no `vm` section: with a Docker endpoint the health check of a peer without
Docker never succeeds. Blocks come from the ordering service to every peer (`orgLeader`), not by gossip. The gossip
intervals are shorter than Fabric's so that peers and discovery see each other within seconds of joining a channel;
maxConnectionAttempts grows as reconnectInterval shrinks, so that an absent peer is looked for as long as by default.
*/}}
{{- define "fabric-peer.config" -}}
{{- $host := include "weft-common.host" . -}}
peer:
  id: {{ include "weft-common.fullname" . }}
  networkId: dev
  listenAddress: 0.0.0.0:7051
  address: {{ $host }}:7051
  chaincodeListenAddress: 0.0.0.0:7052
  chaincodeAddress: {{ $host }}:7052
  localMspId: {{ include "fabric-peer.mspId" . }}
  localMspType: bccsp
  mspConfigPath: /etc/hyperledger/fabric/msp
  fileSystemPath: /var/hyperledger/production
  tls:
    enabled: true
    clientAuthRequired: false
    cert:
      file: /etc/hyperledger/fabric/tls/tls.crt
    key:
      file: /etc/hyperledger/fabric/tls/tls.key
    rootcert:
      file: /etc/hyperledger/fabric/tls/tlsca.crt
    clientRootCAs:
      files:
        - /etc/hyperledger/fabric/tls/tlsca.crt
  gateway:
    enabled: true
    endorsementTimeout: 30s
    broadcastTimeout: 30s
    dialTimeout: 2m
  keepalive:
    interval: 7200s
    timeout: 20s
    minInterval: 60s
    client:
      interval: 60s
      timeout: 20s
    deliveryClient:
      interval: 60s
      timeout: 20s
  gossip:
    bootstrap: {{ .Values.gossip.bootstrap | default (list (printf "%s:7051" $host)) | join " " | quote }}
    externalEndpoint: {{ include "fabric-peer.externalEndpoint" . }}
    useLeaderElection: false
    orgLeader: true
    membershipTrackerInterval: 5s
    maxBlockCountToStore: 10
    maxPropagationBurstLatency: 10ms
    maxPropagationBurstSize: 10
    propagateIterations: 1
    propagatePeerNum: 3
    pullInterval: 1s
    pullPeerNum: 3
    requestStateInfoInterval: 1s
    publishStateInfoInterval: 1s
    publishCertPeriod: 10s
    skipBlockVerification: false
    dialTimeout: 3s
    connTimeout: 2s
    recvBuffSize: 20
    sendBuffSize: 200
    digestWaitTime: 500ms
    requestWaitTime: 1500ms
    responseWaitTime: 2s
    aliveTimeInterval: 2s
    aliveExpirationTimeout: 25s
    reconnectInterval: 2s
    maxConnectionAttempts: 1500
    msgExpirationFactor: 20
    election:
      startupGracePeriod: 15s
      membershipSampleInterval: 1s
      leaderAliveThreshold: 10s
      leaderElectionDuration: 5s
    pvtData:
      pullRetryThreshold: 60s
      transientstoreMaxBlockRetention: 20000
      pushAckTimeout: 3s
      btlPullMargin: 10
      reconcileBatchSize: 10
      reconcileSleepInterval: 1m
      reconciliationEnabled: true
      skipPullingInvalidTransactionsDuringCommit: false
      implicitCollectionDisseminationPolicy:
        requiredPeerCount: 0
        maxPeerCount: 1
    state:
      enabled: false
      checkInterval: 10s
      responseTimeout: 3s
      batchSize: 10
      blockBufferSize: 20
      maxRetries: 3
  authentication:
    timewindow: 15m
  BCCSP:
    Default: SW
    SW:
      Hash: SHA2
      Security: 256
  client:
    connTimeout: 3s
  deliveryclient:
    blockGossipEnabled: false
    reconnectTotalTimeThreshold: 3600s
    reConnectBackoffThreshold: 10s
    connTimeout: 3s
    {{- if semverCompare ">=3.0.0-0" .Values.fabricVersion }}
    policy: cluster
    blockCensorshipTimeoutKey: 30s
    minimalReconnectInterval: 100ms
    {{- end }}
  profile:
    enabled: false
  handlers:
    authFilters:
      - name: DefaultAuth
      - name: ExpirationCheck
      {{- if semverCompare ">=3.0.0-0" .Values.fabricVersion }}
      - name: TimeWindowCheck
      {{- end }}
    decorators:
      - name: DefaultDecorator
    endorsers:
      escc:
        name: DefaultEndorsement
    validators:
      vscc:
        name: DefaultValidation
  discovery:
    enabled: true
    authCacheEnabled: true
    authCacheMaxSize: 1000
    authCachePurgeRetentionRatio: 0.75
    orgMembersAllowedAccess: false
  limits:
    concurrency:
      endorserService: 2500
      deliverService: 2500
      gatewayService: 500
  maxRecvMsgSize: 104857600
  maxSendMsgSize: 104857600
chaincode:
  mode: net
  keepalive: 0
  installTimeout: 300s
  startuptimeout: 300s
  executetimeout: 30s
  externalBuilders:
    - name: ccaas_builder
      path: /opt/hyperledger/ccaas_builder
      propagateEnvironment:
        - CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG
  system:
    _lifecycle: enable
    cscc: enable
    lscc: enable
    qscc: enable
  logging:
    level: info
    shim: warning
  {{- if semverCompare ">=3.1.0-0" .Values.fabricVersion }}
  runtimeParams:
    useWriteBatch: true
    maxSizeWriteBatch: 1000
    useGetMultipleKeys: true
    maxSizeGetMultipleKeys: 1000
  {{- end }}
ledger:
  state:
    stateDatabase: {{ .Values.stateDatabase }}
    totalQueryLimit: 100000
    couchDBConfig:
      couchDBAddress: 127.0.0.1:5984
      maxRetries: 3
      maxRetriesOnStartup: 10
      requestTimeout: 35s
      internalQueryLimit: 1000
      maxBatchUpdateSize: 1000
      createGlobalChangesDB: false
      cacheSize: 64
  history:
    enableHistoryDatabase: true
  pvtdataStore:
    collElgProcMaxDbBatchSize: 5000
    collElgProcDbBatchesInterval: 1000
    deprioritizedDataReconcilerInterval: 60m
    purgeInterval: 100
    purgedKeyAuditLogging: true
  snapshots:
    rootDir: /var/hyperledger/production/snapshots
operations:
  listenAddress: 0.0.0.0:9443
  tls:
    enabled: false
metrics:
  provider: prometheus
{{- end -}}

{{/* The generated settings with those of `config` laid over them. */}}
{{- define "fabric-peer.effectiveConfig" -}}
{{- toYaml (mergeOverwrite (include "fabric-peer.config" . | fromYaml) (deepCopy .Values.config)) -}}
{{- end -}}
