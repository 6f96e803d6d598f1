{{/*
The release name is the name of every object, so that a node is reached at <release>.<namespace>.svc. A StatefulSet's
name ends in a label of its pods together with an eleven-character suffix, and a label holds 63 characters.
*/}}
{{- define "weft-common.fullname" -}}
{{- if gt (len .Release.Name) 52 -}}
{{- fail (printf "The release name `%s` has %d characters; at most 52 are possible, because Kubernetes appends a hash to it in a label of 63." .Release.Name (len .Release.Name)) -}}
{{- end -}}
{{- .Release.Name -}}
{{- end -}}

{{/* DNS name by which every pod of the cluster reaches the release's Service, whatever the cluster's domain. */}}
{{- define "weft-common.host" -}}
{{- printf "%s.%s.svc" (include "weft-common.fullname" .) .Release.Namespace -}}
{{- end -}}

{{- define "weft-common.component" -}}
{{- index .Chart.Annotations "weft.io/component" -}}
{{- end -}}

{{/* Labels of a selector: they never change during the life of an object. */}}
{{- define "weft-common.selectorLabels" -}}
app.kubernetes.io/component: {{ include "weft-common.component" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/name: {{ .Chart.Name }}
{{- end -}}

{{/* Labels that a new version of the chart or of Fabric leaves alone: for pods, and for claims, which cannot change. */}}
{{- define "weft-common.stableLabels" -}}
{{- $labels := include "weft-common.selectorLabels" . | fromYaml -}}
{{- $_ := set $labels "app.kubernetes.io/managed-by" .Release.Service -}}
{{- toYaml (merge $labels .Values.commonLabels (dict "app.kubernetes.io/part-of" "fabric")) -}}
{{- end -}}

{{/* All labels of an object; `commonLabels` may add to them and say what the object is part of. */}}
{{- define "weft-common.labels" -}}
{{- $labels := include "weft-common.stableLabels" . | fromYaml -}}
{{- $_ := set $labels "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_") -}}
{{- with include (printf "%s.version" .Chart.Name) . -}}
{{- $_ := set $labels "app.kubernetes.io/version" . -}}
{{- end -}}
{{- toYaml $labels -}}
{{- end -}}

{{/*
Annotations of an object. Call with (dict "root" $ "extra" (dict ...)); empty ones are left out.
*/}}
{{- define "weft-common.annotations" -}}
{{- $annotations := dict -}}
{{- range $key, $value := merge (dict) (.extra | default dict) .root.Values.commonAnnotations -}}
{{- if $value -}}{{- $_ := set $annotations $key ($value | toString) -}}{{- end -}}
{{- end -}}
{{- if $annotations -}}{{- toYaml $annotations -}}{{- end -}}
{{- end -}}

{{/*
Metadata of an object. Call with (dict "root" $ "suffix" "-config" "extra" (dict ...)).
*/}}
{{- define "weft-common.metadata" -}}
name: {{ include "weft-common.fullname" .root }}{{ .suffix | default "" }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "weft-common.labels" .root | nindent 2 }}
{{- with include "weft-common.annotations" . }}
annotations:
  {{- . | nindent 2 }}
{{- end }}
{{- end -}}
