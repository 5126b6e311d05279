{{- define "hone.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- /* Room for "-workflow" below the 63 characters of a label. */}}
{{- define "hone.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains .Chart.Name .Release.Name }}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "hone.name" .) | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "hone.selectorLabels" -}}
app.kubernetes.io/name: {{ include "hone.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "hone.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "hone.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "hone.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "hone.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- /* Argument: the merged image values and the chart. */}}
{{- define "hone.image" -}}
{{- $repository := required "image.repository is not set: build infra/Dockerfile and push it to a registry of yours." .image.repository }}
{{- if .image.digest }}
{{- printf "%s@%s" $repository .image.digest }}
{{- else }}
{{- printf "%s:%s" $repository (default .chart.AppVersion .image.tag) }}
{{- end }}
{{- end }}

{{- /* Folder of what a tenant has of its own; empty for no tenant. */}}
{{- define "hone.tenantFolder" -}}
{{- with .Values.tenant }}{{ if ne . "default" }}/var/lib/hone/tenants/{{ . }}{{ end }}{{ end }}
{{- end }}

{{- define "hone.temporalAddress" -}}
{{- required "temporal.address is not set: HOST:PORT of Temporal's frontend." .Values.temporal.address }}
{{- end }}

{{- define "hone.tlsSecret" -}}
{{- if .Values.temporal.tls.enabled }}{{ .Values.temporal.tls.existingSecret }}{{ end }}
{{- end }}
