import { commands } from '../../cli/commands.ts'
import { envName, parseSettings } from '../../cli/settings.ts'
import type { Manifest } from './manifests.ts'

// What Kubernetes' types do not say of a pod, and must hold all the same.

interface Container {
  name: string
  args?: string[]
  restartPolicy?: string
  env?: {
    name: string
    value?: string
    valueFrom?: { secretKeyRef: { name: string; key: string } }
  }[]
  ports?: { name: string; containerPort: number }[]
  volumeMounts?: { name: string; mountPath: string }[]
  lifecycle?: { preStop?: { sleep: { seconds: number } } }
  securityContext: Record<string, unknown>
  startupProbe?: Probe
  livenessProbe?: Probe
  readinessProbe?: Probe
}

interface Probe {
  httpGet: { path: string; port: string }
}

interface Pod {
  initContainers?: Container[]
  containers: Container[]
  volumes: { name: string; persistentVolumeClaim?: { claimName: string } }[]
  securityContext: Record<string, unknown>
  terminationGracePeriodSeconds?: number
}

export function podOf(manifest: Manifest): Pod {
  return (manifest.spec as { template: { spec: Pod } }).template.spec
}

export function containersOf({ initContainers = [], containers }: Pod): Container[] {
  return [...initContainers, ...containers]
}

/** What the Pod Security Standard `restricted` asks for, and a root that nobody writes to. */
export const RESTRICTED = {
  pod: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  container: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
}

/** The settings that a container of reprise starts with; throws the Problem that names all that is wrong. */
export async function settingsOf({
  args = [],
  env = [],
}: Container): Promise<Record<string, unknown>> {
  const [name = '', ...argv] = args
  const command = await commands[name]!.load()
  const known = new Set(Object.keys(command.settings).map(envName))
  const given = Object.fromEntries(
    env.map(({ name, value }) => [name, value ?? SECRETS[name] ?? `no value of ${name}`]),
  )
  const unknown = Object.keys(given).filter((one) => one.startsWith('REPRISE_') && !known.has(one))
  if (unknown.length > 0) throw new Error(`no settings of ${name}: ${unknown.join(', ')}`)
  const missing = (settings: object) => command.missing?.(settings, NOWHERE) ?? {}
  return parseSettings(command.settings, { argv, env: given }, missing)
}

/** `missing` looks at settings alone. */
const NOWHERE = undefined as never

/** What stands in the Secret. */
const SECRETS: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://reprise:secret@postgres:5432/reprise',
  REPRISE_SECRET_KEY: Buffer.alloc(32, 1).toString('base64'),
}

/** Names that lead nowhere: of ports, volumes, claims, keys of secrets, labels. */
export function loose(manifests: readonly Manifest[]): string[] {
  const found: string[] = []
  const claims = namesOf(manifests, 'PersistentVolumeClaim')
  const secrets = manifests.filter(({ kind }) => kind === 'Secret')
  for (const workload of manifests.filter(({ kind }) => kind === 'Deployment')) {
    const pod = podOf(workload)
    const volumes = pod.volumes.map(({ name }) => name)
    for (const { persistentVolumeClaim: claim } of pod.volumes) {
      if (claim && !claims.includes(claim.claimName)) found.push(`claim ${claim.claimName}`)
    }
    for (const container of containersOf(pod)) {
      const ports = (container.ports ?? []).map(({ name }) => name)
      for (const probe of probesOf(container)) {
        if (!ports.includes(probe.httpGet.port)) found.push(`port ${probe.httpGet.port}`)
      }
      for (const { name } of container.volumeMounts ?? []) {
        if (!volumes.includes(name)) found.push(`volume ${name}`)
      }
      for (const { valueFrom } of container.env ?? []) {
        const { name = '', key = '' } = valueFrom?.secretKeyRef ?? {}
        const secret = secrets.find(({ metadata }) => metadata.name === name)
        if (valueFrom && secret?.stringData?.[key] === undefined)
          found.push(`secret ${name}.${key}`)
      }
    }
  }
  for (const { spec } of manifests.filter(({ kind }) => kind === 'Service')) {
    const { selector, ports } = spec as {
      selector: Record<string, string>
      ports: { targetPort: string }[]
    }
    const chosen = manifests.find((one) => one.kind === 'Deployment' && isChosen(one, selector))
    if (chosen === undefined) found.push(`selector ${JSON.stringify(selector)}`)
    else {
      const names = containersOf(podOf(chosen)).flatMap((one) =>
        (one.ports ?? []).map((p) => p.name),
      )
      for (const { targetPort } of ports) {
        if (!names.includes(targetPort)) found.push(`target ${targetPort}`)
      }
    }
  }
  return found
}

function isChosen(workload: Manifest, selector: Record<string, string>): boolean {
  const { labels } = (
    workload.spec as { template: { metadata: { labels: Record<string, string> } } }
  ).template.metadata
  return Object.entries(selector).every(([name, value]) => labels[name] === value)
}

function namesOf(manifests: readonly Manifest[], kind: string): string[] {
  return manifests.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name)
}

function probesOf({ startupProbe, livenessProbe, readinessProbe }: Container): Probe[] {
  return [startupProbe, livenessProbe, readinessProbe].filter((probe) => probe !== undefined)
}
