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
{{- $config := .Files.Get "config/core.yaml" | fromYaml -}}
{{- if semverCompare ">=3.0.0-0" .Values.fabricVersion -}}
{{- $config = mergeOverwrite $config (.Files.Get "config/core-3.0.yaml" | fromYaml) -}}
{{- end -}}
{{- if semverCompare ">=3.1.0-0" .Values.fabricVersion -}}
{{- $config = mergeOverwrite $config (.Files.Get "config/core-3.1.yaml" | fromYaml) -}}
{{- end -}}
{{- $gossip := dict
  "bootstrap" (.Values.gossip.bootstrap | default (list (printf "%s:7051" $host)) | join " ")
  "externalEndpoint" (include "fabric-peer.externalEndpoint" .) -}}
{{- $peer := dict
  "id" (include "weft-common.fullname" .)
  "address" (printf "%s:7051" $host)
  "chaincodeAddress" (printf "%s:7052" $host)
  "localMspId" (include "fabric-peer.mspId" .)
  "gossip" $gossip -}}
{{- $ledger := dict "state" (dict "stateDatabase" .Values.stateDatabase) -}}
{{- toYaml (mergeOverwrite $config (dict "peer" $peer "ledger" $ledger)) -}}
{{- end -}}

{{/* The generated settings with those of `config` laid over them. */}}
{{- define "fabric-peer.effectiveConfig" -}}
{{- toYaml (mergeOverwrite (include "fabric-peer.config" . | fromYaml) (deepCopy .Values.config)) -}}
{{- end -}}
