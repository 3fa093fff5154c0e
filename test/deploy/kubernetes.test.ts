import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { chartValues, kustomized, readYamlFile, rendered, ROOT, typeFaults } from './manifests.ts'
import type { Manifest } from './manifests.ts'
import { containersOf, loose, podOf, RESTRICTED, settingsOf } from './pod.ts'

// No cluster is at hand: what its API takes is known by its types, and what must hold besides by us.

const LEAST = {
  backend: { image: 'shop:1' },
  databaseUrl: 'postgres://reprise:secret@postgres:5432/reprise',
  secretKey: Buffer.alloc(32, 1).toString('base64'),
}

const MOST = {
  ...LEAST,
  image: { repository: 'ghcr.io/x/reprise', tag: '9' },
  stream: 'orders',
  backend: {
    ...{ image: 'shop:1', port: 4000, command: ['shop'], args: ['--fast'], preStopSeconds: 7 },
    env: [{ name: 'A', value: 'b' }],
    envFrom: [{ configMapRef: { name: 'shop' } }],
    volumeMounts: [{ name: 'shop', mountPath: '/shop' }],
  },
  settings: {
    restore: 'auto',
    'boot-id': '/health json /boot_id',
    'check-on-connect': true,
    workers: '2',
  },
  env: [{ name: 'REPRISE_VIA', value: 'shop' }],
  persistence: { storageClass: 'fast', size: '5Gi' },
  page: {
    ...{ enabled: true, allowedHosts: ['reprise.example.com'] },
    tokens: [`alice:read:${'0'.repeat(64)}`, `bob:admin:${'1'.repeat(64)}`],
  },
  volumes: [{ name: 'shop', emptyDir: {} }],
  podAnnotations: { 'prometheus.io/scrape': 'true' },
  imagePullSecrets: [{ name: 'registry' }],
  nodeSelector: { disk: 'local' },
  tolerations: [{ key: 'backends', operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
}

const SETS = {
  'deploy/kubernetes': kustomized('deploy/kubernetes'),
  'the chart with the least': rendered(chartValues(LEAST)),
  'the chart with all it takes': rendered(chartValues(MOST)),
}

test('manifests and what the chart makes are what the API takes, and no others would do', async () => {
  const all = Object.values(SETS).flat()
  expect(all.length).toBeGreaterThan(15)
  const [wrong] = structuredClone(all.filter(({ kind }) => kind === 'Service'))
  wrong!.spec.selectors = {}
  const said = (await typeFaults([...all, wrong!])).trim().split('\n')
  expect(said).toEqual([expect.stringMatching(/"selectors"' does not exist in type 'ServiceSpec'/)])
})

describe.each(Object.entries(SETS))('%s', (_, manifests) => {
  const workloads = manifests.filter(({ kind }) => kind === 'Deployment')

  test('every name leads somewhere', () => {
    expect(loose(manifests)).toEqual([])
  })

  test('every pod is restricted', () => {
    for (const pod of workloads.map(podOf)) {
      expect(pod.securityContext).toMatchObject(RESTRICTED.pod)
      for (const { securityContext } of containersOf(pod)) {
        expect(securityContext).toMatchObject(RESTRICTED.container)
      }
    }
  })

  test('settings are settings, and what is written is in a volume', async () => {
    for (const pod of workloads.map(podOf)) {
      const ours = containersOf(pod).filter(({ args = [] }) =>
        /^(proxy|serve)$/.test(args[0] ?? ''),
      )
      expect(ours).toHaveLength(1)
      const settings = await settingsOf(ours[0]!)
      const mounts = ours[0]!.volumeMounts!.map(({ mountPath }) => mountPath)
      expect(mounts).toContain(settings['data-dir'])
    }
  })

  test('the sidecar is there before the backend, and has its time after it', async () => {
    const pod = podOf(workloads[0]!)
    const [sidecar] = pod.initContainers!
    expect(sidecar!.restartPolicy).toBe('Always')
    // /readyz asks for the backend, which waits for this probe.
    expect(sidecar!.startupProbe!.httpGet.path).toBe('/health')
    expect(sidecar!.livenessProbe!.httpGet.path).toBe('/healthz')
    expect(sidecar!.readinessProbe!.httpGet.path).toBe('/readyz')
    const settings = await settingsOf(sidecar!)
    const own = (settings['shutdown-timeout'] as number) / 1000
    const { seconds } = pod.containers[0]!.lifecycle!.preStop!.sleep
    // Its own end, as long as ours, and ten seconds to settle.
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(seconds + 2 * own + 10)
  })
})

test('the backend of the chart is named as its values say', () => {
  const [deployment] = SETS['the chart with all it takes'].filter(
    ({ kind }) => kind === 'Deployment',
  )
  const { initContainers, containers } = podOf(deployment!)
  expect(initContainers![0]).toMatchObject({ image: 'ghcr.io/x/reprise:9' })
  expect(containers[0]).toMatchObject({ image: 'shop:1', command: ['shop'], args: ['--fast'] })
  const env = Object.fromEntries(initContainers![0]!.env!.map(({ name, value }) => [name, value]))
  expect(env).toMatchObject({
    ...{ REPRISE_STREAM: 'orders', REPRISE_TARGET: 'http://127.0.0.1:4000', REPRISE_VIA: 'shop' },
    ...{ REPRISE_WORKERS: '2', REPRISE_CHECK_ON_CONNECT: 'true', REPRISE_SPOOL_LIMIT: '1GB' },
  })
})

test('a Secret, a claim and a policy that are there already are not made', () => {
  const there = {
    ...{ backend: LEAST.backend, existingSecret: 'mine', persistence: { existingClaim: 'old' } },
    networkPolicy: { enabled: false },
  }
  const manifests = rendered(chartValues(there))
  expect(manifests.map(({ kind }) => kind)).toEqual(['Deployment', 'Service'])
  expect(podOf(manifests[0]!).volumes[0]!.persistentVolumeClaim).toEqual({ claimName: 'old' })
  expect(JSON.stringify(manifests[0])).toContain('"secretKeyRef":{"name":"mine"')
})

test.each([
  ['no backend', { ...LEAST, backend: {} }, 'backend.image is needed'],
  ['no database', { ...LEAST, databaseUrl: '' }, 'databaseUrl or existingSecret is needed'],
  ['a page for everybody', { ...LEAST, page: { enabled: true } }, 'page.tokens are needed'],
])('without what is needed nothing is rendered: %s', (_, given, why) => {
  expect(() => rendered(chartValues(given))).toThrow(why)
})

test('values are held against their schema', () => {
  const text = readFileSync(join(ROOT, 'deploy/helm/reprise/values.schema.json'), 'utf8')
  const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(
    JSON.parse(text) as object,
  )
  for (const good of [LEAST, MOST])
    expect([validate(chartValues(good)), validate.errors]).toEqual([true, null])
  const bad: [object, string][] = [
    [{ bakend: {} }, '/'],
    [{ backend: { port: 'http' } }, '/backend/port'],
    [{ settings: { target: 'http://x' } }, '/settings'],
    [{ settings: { workers: 2 } }, '/settings/workers'],
    [{ persistence: { size: 'much' } }, '/persistence/size'],
    [{ databaseUrl: 'mysql://x' }, '/databaseUrl'],
  ]
  for (const [given, at] of bad) {
    expect(validate(chartValues(given))).toBe(false)
    expect(validate.errors!.map(({ instancePath }) => instancePath || '/')).toContain(at)
  }
})

test('the patch is for the deployment, and leaves the program of the backend as it is', () => {
  const patch = readYamlFile('deploy/kubernetes/lost-hook.yaml') as Manifest
  const [deployment] = SETS['deploy/kubernetes'].filter(({ kind }) => kind === 'Deployment')
  expect(patch.metadata.name).toBe(deployment!.metadata.name)
  const { containers } = (patch.spec as { template: { spec: ReturnType<typeof podOf> } }).template
    .spec
  const [patched] = containers as typeof containers & { command: string[] }[]
  const [backend] = podOf(deployment!).containers
  expect(patched!.name).toBe(backend!.name)
  expect(patched!.command.at(-1)).toMatch(
    new RegExp(`; exec node dist/cli.js ${backend!.args![0]}$`),
  )
})
