{{/*
Metadata of a pod template. Call with (dict "root" $ "extra" (dict ...)). A pod is replaced when any of it changes, hence
no labels that name a chart version, and no `commonAnnotations`.
*/}}
{{- define "weft-common.podMetadata" -}}
labels:
  {{- $labels := include "weft-common.stableLabels" .root | fromYaml }}
  {{- toYaml (merge $labels .root.Values.podLabels) | nindent 2 }}
{{- $annotations := dict -}}
{{- range $key, $value := merge (dict) .extra .root.Values.podAnnotations -}}
{{- if $value -}}{{- $_ := set $annotations $key ($value | toString) -}}{{- end -}}
{{- end -}}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What every pod has: its account, where it may run, and the pod's half of Pod Security `restricted`. */}}
{{- define "weft-common.podSpec" -}}
automountServiceAccountToken: false
{{- if or .Values.serviceAccount.create .Values.serviceAccount.name }}
serviceAccountName: {{ .Values.serviceAccount.name | default (include "weft-common.fullname" .) }}
{{- end }}
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
securityContext:
  runAsNonRoot: true
  {{- with .Values.securityContext.runAsUser }}
  runAsUser: {{ int64 . }}
  {{- end }}
  {{- with .Values.securityContext.runAsGroup }}
  runAsGroup: {{ int64 . }}
  {{- end }}
  {{- with .Values.securityContext.fsGroup }}
  fsGroup: {{ int64 . }}
  fsGroupChangePolicy: OnRootMismatch
  {{- end }}
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The container's half of Pod Security `restricted`, and a root file system that nobody writes to. */}}
{{- define "weft-common.containerSecurityContext" -}}
allowPrivilegeEscalation: false
capabilities:
  drop:
    - ALL
privileged: false
readOnlyRootFilesystem: true
{{- end -}}

{{/*
For Fabric's own programs, which answer /healthz on their operations port. The startup probe runs each second, so that a node
counts as ready within a second of listening and a slow one still has minutes; the kubelet starts the other two only after it.
It asks the port that clients use, because a node answers /healthz long before it has opened its ledgers. Call with
(dict "root" $ "port" "grpc").
*/}}
{{- define "weft-common.operationsProbes" -}}
startupProbe:
  tcpSocket:
    port: {{ .port }}
  periodSeconds: 1
  timeoutSeconds: 2
  failureThreshold: {{ .root.Values.probes.startupSeconds }}
readinessProbe:
  httpGet:
    path: /healthz
    port: operations
  periodSeconds: {{ .root.Values.probes.readinessPeriodSeconds }}
  timeoutSeconds: 3
  failureThreshold: 3
livenessProbe:
  httpGet:
    path: /healthz
    port: operations
  periodSeconds: {{ .root.Values.probes.livenessPeriodSeconds }}
  timeoutSeconds: 5
  failureThreshold: 6
{{- end -}}

{{/*
For a program that only listens. Whether it has started and whether it is ready is one question here, so there is no startup
probe: after one, the kubelet asks for readiness when it looks at its containers the next time, up to a second later. Call
with (dict "root" $ "port" "chaincode").
*/}}
{{- define "weft-common.tcpProbes" -}}
readinessProbe:
  tcpSocket:
    port: {{ .port }}
  periodSeconds: {{ .root.Values.probes.readinessPeriodSeconds }}
  timeoutSeconds: 3
  failureThreshold: 10
livenessProbe:
  tcpSocket:
    port: {{ .port }}
  initialDelaySeconds: {{ .root.Values.probes.startupSeconds }}
  periodSeconds: {{ .root.Values.probes.livenessPeriodSeconds }}
  timeoutSeconds: 5
  failureThreshold: 6
{{- end -}}
