{{- /* What workers and the collection of garbage have in common. Arguments: root, the chart's context; queue, the
values of a queue (empty for the collection). */}}

{{- define "hone.env" -}}
{{- $values := .root.Values -}}
{{- $tlsSecret := include "hone.tlsSecret" .root -}}
- name: TEMPORAL_ADDRESS
  value: {{ include "hone.temporalAddress" .root | quote }}
- name: TEMPORAL_NAMESPACE
  value: {{ $values.temporal.namespace | quote }}
{{- with $values.temporal.apiKey }}
{{- if .existingSecret }}
- name: TEMPORAL_API_KEY
  valueFrom:
    secretKeyRef:
      name: {{ .existingSecret }}
      key: {{ .key }}
{{- end }}
{{- end }}
{{- if $values.temporal.tls.enabled }}
- name: TEMPORAL_TLS
  value: "true"
{{- with $values.temporal.tls.serverName }}
- name: TEMPORAL_TLS_SERVER_NAME
  value: {{ . | quote }}
{{- end }}
{{- if $tlsSecret }}
- name: TEMPORAL_TLS_CLIENT_CERT_PATH
  value: /etc/hone/temporal-tls/tls.crt
- name: TEMPORAL_TLS_CLIENT_KEY_PATH
  value: /etc/hone/temporal-tls/tls.key
{{- if $values.temporal.tls.ca }}
- name: TEMPORAL_TLS_SERVER_CA_CERT_PATH
  value: /etc/hone/temporal-tls/ca.crt
{{- end }}
{{- end }}
{{- end }}
{{- with $values.tenant }}
- name: HONE_TENANT
  value: {{ . | quote }}
{{- end }}
- name: HONE_STORE
  value: {{ required "store is not set: s3://BUCKET/PREFIX, or a folder that all workers mount." $values.store | quote }}
{{- with $values.s3.region }}
- name: AWS_REGION
  value: {{ . | quote }}
{{- end }}
{{- with $values.s3.endpoint }}
- name: AWS_ENDPOINT_URL_S3
  value: {{ . | quote }}
{{- end }}
{{- with .queue.device }}
- name: HONE_DEVICE
  value: {{ . | quote }}
{{- end }}
{{- with concat $values.env (default list .queue.env) }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "hone.envFrom" -}}
{{- range compact (uniq (list .root.Values.existingSecret (default "" .queue.existingSecret))) }}
- secretRef:
    name: {{ . }}
{{- end }}
{{- end }}

{{- define "hone.volumeMounts" -}}
- { name: home, mountPath: /var/lib/hone }
- { name: models, mountPath: /var/lib/hone/models }
- { name: tmp, mountPath: /tmp }
{{- with include "hone.tenantFolder" .root }}
- { name: tenant, mountPath: {{ . }} }
{{- end }}
- { name: config, mountPath: {{ default "/var/lib/hone" (include "hone.tenantFolder" .root) }}/worker.yaml, subPath: worker.yaml, readOnly: true }
{{- if include "hone.tlsSecret" .root }}
- { name: temporal-tls, mountPath: /etc/hone/temporal-tls, readOnly: true }
{{- end }}
{{- with .root.Values.volumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "hone.volumes" -}}
{{- $values := .root.Values -}}
- name: home
  emptyDir: { sizeLimit: {{ $values.scratch.sizeLimit }} }
{{- if include "hone.tenantFolder" .root }}
- name: tenant
  {{- /* A folder that was made for the mount of worker.yaml alone would be root's. */}}
  emptyDir: { sizeLimit: {{ $values.scratch.sizeLimit }} }
{{- end }}
- name: models
{{- if $values.models.persistence.enabled }}
  persistentVolumeClaim:
    claimName: {{ default (printf "%s-models" (include "hone.fullname" .root)) $values.models.persistence.existingClaim }}
{{- else }}
  emptyDir: { sizeLimit: {{ $values.models.sizeLimit }} }
{{- end }}
- name: tmp
  emptyDir: {}
- name: config
  configMap:
    name: {{ include "hone.fullname" .root }}
{{- with include "hone.tlsSecret" .root }}
- name: temporal-tls
  secret:
    secretName: {{ . }}
{{- end }}
{{- with $values.volumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
