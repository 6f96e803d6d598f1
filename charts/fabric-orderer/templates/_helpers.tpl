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
orderer.yaml for the Fabric version. The node stops at a key it does not know, so what only one line has lies apart.
*/}}
{{- define "fabric-orderer.config" -}}
{{- $config := .Files.Get "config/orderer.yaml" | fromYaml -}}
{{- if semverCompare ">=3.0.0-0" .Values.fabricVersion -}}
{{- $config = mergeOverwrite $config (.Files.Get "config/orderer-3.0.yaml" | fromYaml) -}}
{{- end -}}
{{- toYaml (mergeOverwrite $config (dict "General" (dict "LocalMSPID" (include "fabric-orderer.mspId" .)))) -}}
{{- end -}}

{{/* The generated settings with those of `config` laid over them. */}}
{{- define "fabric-orderer.effectiveConfig" -}}
{{- toYaml (mergeOverwrite (include "fabric-orderer.config" . | fromYaml) (deepCopy .Values.config)) -}}
{{- end -}}
