{{- define "reprise.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "reprise.secret" -}}
{{- default (printf "%s-reprise" (include "reprise.name" .)) .Values.existingSecret -}}
{{- end -}}

{{- define "reprise.image" -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}

{{- define "reprise.selector" -}}
app.kubernetes.io/name: reprise
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "reprise.labels" -}}
{{ include "reprise.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "reprise.secretEnv" -}}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ include "reprise.secret" . }}
      key: database-url
- name: REPRISE_SECRET_KEY
  valueFrom:
    secretKeyRef:
      name: {{ include "reprise.secret" . }}
      key: secret-key
{{- end -}}
