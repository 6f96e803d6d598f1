{{/*
Empties a volume once for each value of `wipe`, before the node starts: the file `.wiped` tells for which it was done. The
folder `lost+found` belongs to the file system. Call with (dict "root" $ "name" "wipe" "volume" "data" "image" image).
*/}}
{{- define "weft-common.wipe" -}}
- name: {{ .name }}
  image: {{ .image }}
  imagePullPolicy: {{ .root.Values.imagePullPolicy }}
  command:
    - sh
    - -euc
    - |
      cd /volume
      if [ -f .wiped ] && read -r last <.wiped && [ "$last" = "$WIPE" ]; then exit 0; fi
      for file in .[!.]* ..?* *; do
        if [ "$file" != lost+found ]; then rm -rf "./$file"; fi
      done
      echo "$WIPE" >.wiped
  env:
    - name: WIPE
      value: {{ .root.Values.wipe | quote }}
  securityContext:
    {{- include "weft-common.containerSecurityContext" .root | nindent 4 }}
    {{- with .runAsUser }}
    runAsUser: {{ int64 . }}
    {{- end }}
  resources:
    {{- toYaml .root.Values.resources | nindent 4 }}
  volumeMounts:
    - name: {{ .volume }}
      mountPath: /volume
{{- end -}}
