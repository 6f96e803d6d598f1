{{/* A chaincode's version is in its package label, which need not fit a label of Kubernetes. */}}
{{- define "fabric-chaincode.version" -}}
{{- end -}}

{{- define "fabric-chaincode.image" -}}
{{- required "`image` is missing: give the complete reference of the chaincode's image, for example `--set image=ghcr.io/acme/asset:1.0`." .Values.image -}}
{{- end -}}

{{- define "fabric-chaincode.packageId" -}}
{{- required "`packageId` is missing: give the package ID that `peer lifecycle chaincode queryinstalled` shows, for example `asset_1.0:6a3f...`." .Values.packageId -}}
{{- end -}}

{{- define "fabric-chaincode.tlsSecret" -}}
{{- required "`tls.secretName` is missing: with `tls.enabled` name a Secret that holds the server's key pair in `tls.crt` and `tls.key` and, with `tls.clientAuthRequired`, the root of the peers' client certificates in `client-ca.crt`." .Values.tls.secretName -}}
{{- end -}}

{{/*
Where the chaincode listens, who it is and how it serves TLS, under each of the names that are in use: CHAINCODE_* in
Go and TypeScript samples, CORE_* in the contract API of Go and in the Java shim. The shim insists on the two *_PATH and on
a root, even where it serves and reads only the *_FILE; an empty root means no client certificates to the contract API.
*/}}
{{- define "fabric-chaincode.env" -}}
- name: CHAINCODE_SERVER_ADDRESS
  value: {{ printf "0.0.0.0:%v" .Values.port }}
- name: CHAINCODE_ID
  value: {{ include "fabric-chaincode.packageId" . | quote }}
- name: CORE_CHAINCODE_ID_NAME
  value: {{ include "fabric-chaincode.packageId" . | quote }}
{{- with .Values.mspId }}
- name: CORE_PEER_LOCALMSPID
  value: {{ . | quote }}
{{- end }}
- name: CHAINCODE_TLS_DISABLED
  value: {{ not .Values.tls.enabled | quote }}
- name: CORE_PEER_TLS_ENABLED
  value: {{ .Values.tls.enabled | quote }}
{{- if .Values.tls.enabled }}
- name: CHAINCODE_TLS_KEY
  value: {{ .Values.tls.mountPath }}/privatekey.pem
- name: CHAINCODE_TLS_CERT
  value: {{ .Values.tls.mountPath }}/cert.pem
- name: CORE_TLS_CLIENT_KEY_FILE
  value: {{ .Values.tls.mountPath }}/privatekey.pem
- name: CORE_TLS_CLIENT_CERT_FILE
  value: {{ .Values.tls.mountPath }}/cert.pem
- name: CORE_TLS_CLIENT_KEY_PATH
  value: {{ .Values.tls.mountPath }}/privatekey.pem
- name: CORE_TLS_CLIENT_CERT_PATH
  value: {{ .Values.tls.mountPath }}/cert.pem
{{- if .Values.tls.clientAuthRequired }}
- name: CHAINCODE_CLIENT_CA_CERT
  value: {{ .Values.tls.mountPath }}/rootcert.pem
- name: CORE_PEER_TLS_ROOTCERT_FILE
  value: {{ .Values.tls.mountPath }}/rootcert.pem
{{- else }}
- name: CORE_PEER_TLS_ROOTCERT_FILE
  value: ""
{{- end }}
{{- end }}
# Run times of Node.js and the JVM write below these.
- name: HOME
  value: /tmp
- name: TMPDIR
  value: /tmp
{{- end -}}
