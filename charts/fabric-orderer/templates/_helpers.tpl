{{- define "fabric-orderer.version" -}}
{{- .Values.fabricVersion -}}
{{- end -}}

{{- define "fabric-orderer.image" -}}
{{- .Values.image | default (printf "docker.io/hyperledger/fabric-orderer:%s" .Values.fabricVersion) -}}
{{- end -}}

{{- define "fabric-orderer.mspId" -}}
{{- required "`mspId` is missing: give the MSP ID of the organization that runs the ordering node, for example `--set mspId=OrdererMSP`." .Values.mspId -}}
{{- end -}}

{{- define "fabric-orderer.identitySecret" -}}
{{- required "`identity.secretName` is missing: name a Secret that holds the ordering node's identity in the keys `sign.crt`, `sign.key`, `ca.crt`, `tls.crt`, `tls.key`, `tlsca.crt`, `adminca.crt` and `config.yaml`." .Values.identity.secretName -}}
{{- end -}}

{{/*
orderer.yaml for the Fabric version. The node stops at a key it does not know, so what only one line has is conditional.
*/}}
{{- define "fabric-orderer.config" -}}
General:
  ListenAddress: 0.0.0.0
  ListenPort: 7050
  TLS:
    Enabled: true
    Certificate: /etc/hyperledger/fabric/tls/tls.crt
    PrivateKey: /etc/hyperledger/fabric/tls/tls.key
    RootCAs:
      - /etc/hyperledger/fabric/tls/tlsca.crt
    ClientAuthRequired: false
  Keepalive:
    ServerMinInterval: 60s
    ServerInterval: 7200s
    ServerTimeout: 20s
  MaxRecvMsgSize: 104857600
  MaxSendMsgSize: 104857600
  Cluster:
    SendBufferSize: 100
    {{- if semverCompare ">=3.0.0-0" .Values.fabricVersion }}
    ReplicationPolicy: consensus
    {{- end }}
  {{- if semverCompare ">=3.0.0-0" .Values.fabricVersion }}
  Backoff:
    BaseDelay: 1s
    Multiplier: 1.6
    MaxDelay: 2m
  Throttling:
    Rate: 0
    InactivityTimeout: 5s
  {{- end }}
  BootstrapMethod: none
  LocalMSPDir: /etc/hyperledger/fabric/msp
  LocalMSPID: {{ include "fabric-orderer.mspId" . }}
  BCCSP:
    Default: SW
    SW:
      Hash: SHA2
      Security: 256
  Authentication:
    TimeWindow: 15m
FileLedger:
  Location: /var/hyperledger/production/orderer
Consensus:
  WALDir: /var/hyperledger/production/orderer/etcdraft/wal
  SnapDir: /var/hyperledger/production/orderer/etcdraft/snapshot
Admin:
  ListenAddress: 0.0.0.0:9443
  TLS:
    Enabled: true
    Certificate: /etc/hyperledger/fabric/tls/tls.crt
    PrivateKey: /etc/hyperledger/fabric/tls/tls.key
    ClientAuthRequired: true
    ClientRootCAs:
      - /etc/hyperledger/fabric/tls/adminca.crt
ChannelParticipation:
  Enabled: true
  MaxRequestBodySize: 32 MB
Operations:
  ListenAddress: 0.0.0.0:8443
Metrics:
  Provider: prometheus
{{- end -}}

{{/* The generated settings with those of `config` laid over them. */}}
{{- define "fabric-orderer.effectiveConfig" -}}
{{- toYaml (mergeOverwrite (include "fabric-orderer.config" . | fromYaml) (deepCopy .Values.config)) -}}
{{- end -}}
