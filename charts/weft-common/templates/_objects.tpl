{{/*
The Service of a release. With "early" its pod is listed before it is ready: nodes must find each other while they start.
Call with (dict "root" $ "early" true "extra" annotations "ports" (list (dict "name" "grpc" "port" 7051) ...)).
*/}}
{{- define "weft-common.service" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "weft-common.metadata" (dict "root" .root "extra" (merge (dict) .extra .root.Values.service.annotations)) | nindent 2 }}
spec:
  type: {{ .root.Values.service.type }}
  {{- if .early }}
  publishNotReadyAddresses: true
  {{- end }}
  selector:
    {{- include "weft-common.selectorLabels" .root | nindent 4 }}
  ports:
    {{- range .ports }}
    - name: {{ .name }}
      port: {{ .port }}
      targetPort: {{ .name }}
      protocol: TCP
    {{- end }}
{{- end -}}

{{/* The service account of a release, when it is to have its own. */}}
{{- define "weft-common.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .Values.serviceAccount.name | default (include "weft-common.fullname" .) }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "weft-common.labels" . | nindent 4 }}
  {{- with include "weft-common.annotations" (dict "root" . "extra" .Values.serviceAccount.annotations) }}
  annotations:
    {{- . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}
{{- end -}}

{{/*
One claim of a StatefulSet; Kubernetes lets nobody change it afterwards.
Call with (dict "root" $ "name" "data" "persistence" .Values.persistence).
*/}}
{{- define "weft-common.volumeClaimTemplate" -}}
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata:
    name: {{ .name }}
    labels:
      {{- include "weft-common.stableLabels" .root | nindent 6 }}
    {{- with include "weft-common.annotations" (dict "root" .root) }}
    annotations:
      {{- . | nindent 6 }}
    {{- end }}
  spec:
    accessModes:
      - ReadWriteOnce
    {{- with .persistence.storageClass }}
    storageClassName: {{ . }}
    {{- end }}
    resources:
      requests:
        storage: {{ .persistence.size }}
{{- end -}}

{{/* What happens to the claims of a StatefulSet when it is deleted. */}}
{{- define "weft-common.claimRetention" -}}
persistentVolumeClaimRetentionPolicy:
  whenDeleted: {{ .Values.persistence.whenDeleted }}
  whenScaled: Retain
{{- end -}}
