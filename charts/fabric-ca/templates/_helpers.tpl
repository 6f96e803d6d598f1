{{- define "fabric-ca.version" -}}
{{- .Values.fabricCaVersion -}}
{{- end -}}

{{- define "fabric-ca.image" -}}
{{- .Values.image | default (printf "docker.io/hyperledger/fabric-ca:%s" .Values.fabricCaVersion) -}}
{{- end -}}

{{- define "fabric-ca.caName" -}}
{{- .Values.ca.name | default (include "weft-common.fullname" .) -}}
{{- end -}}

{{- define "fabric-ca.caSecret" -}}
{{- required "`ca.secretName` is missing: name a Secret that holds the organization's signing CA in the keys `ca.crt` and `ca.key`." .Values.ca.secretName -}}
{{- end -}}

{{- define "fabric-ca.serverSecret" -}}
{{- required "`server.secretName` is missing: name a Secret that holds the server's TLS key pair in the keys `tls.crt`, `tls.key` and `tlsca.crt`, and the registrar in `username` and `password`." .Values.server.secretName -}}
{{- end -}}

{{/*
fabric-ca-server-config.yaml without the section `registry`: that one holds the registrar's password and is written in
the pod. The server's home is on the volume, except for what must not be kept: the configuration with that password and the
server's copy of the CA key are in memory.
*/}}
{{- define "fabric-ca.config" -}}
{{- $config := .Files.Get "config/fabric-ca-server-config.yaml" | fromYaml -}}
{{- $signing := dict
  "default" (dict "expiry" .Values.signing.expiry)
  "profiles" (dict "tls" (dict "expiry" .Values.signing.tlsExpiry)) -}}
{{- toYaml (mergeOverwrite $config (dict
  "version" .Values.fabricCaVersion
  "ca" (dict "name" (include "fabric-ca.caName" .))
  "affiliations" (deepCopy .Values.affiliations)
  "signing" $signing)) -}}
{{- end -}}

{{/* The generated settings with those of `config` laid over them. */}}
{{- define "fabric-ca.effectiveConfig" -}}
{{- if hasKey .Values.config "registry" -}}
{{- fail "`config.registry` cannot be set: the registrar comes from the Secret that `server.secretName` names, and further identities are registered through the CA's API." -}}
{{- end -}}
{{- toYaml (mergeOverwrite (include "fabric-ca.config" . | fromYaml) (deepCopy .Values.config)) -}}
{{- end -}}

{{/*
Starts the server. The configuration is completed with the registrar from the Secret; `cat`, `sed` and a shell's own
`printf` keep the password out of arguments and environment. A quote in it is doubled, as YAML wants it.
*/}}
{{- define "fabric-ca.start" -}}
set -eu
umask 077
quoted() { sed "s/'/''/g" "/etc/hyperledger/fabric-ca/registrar/$1"; }
config=/run/fabric-ca/fabric-ca-server-config.yaml
{
  cat /etc/hyperledger/fabric-ca/config/fabric-ca-server-config.yaml
  printf "registry:\n  maxenrollments: -1\n  identities:\n  - name: '%s'\n    pass: '%s'\n" "$(quoted username)" "$(quoted password)"
  cat /etc/hyperledger/fabric-ca/config/registrar.yaml
} > "$config"
ln -sf "$config" "$FABRIC_CA_SERVER_HOME/fabric-ca-server-config.yaml"
exec fabric-ca-server start
{{- end -}}
