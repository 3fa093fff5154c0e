import { createServer } from 'node:http'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { run, start } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { recordedEntries, useJournal } from '../support/recorder.ts'
import { record } from '../replayer/recording.ts'
import { injected, serving } from './injected.ts'

const database = await createDatabase()

interface Attribute {
  key: string
  value: { stringValue?: string; intValue?: number }
}

interface Span {
  traceId: string
  spanId: string
  links?: { traceId: string; spanId: string }[]
  parentSpanId?: string
  traceState?: string
  name: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: Attribute[]
  status: { code?: number }
}

interface Export {
  resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: Span[] }[] }[]
}

/** A collector of OpenTelemetry: what it was sent, by path. */
async function startCollector() {
  const exports: Export[] = []
  const paths: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      paths.push(request.url!)
      exports.push(JSON.parse(Buffer.concat(chunks).toString()) as Export)
      response.setHeader('Content-Type', 'application/json').end('{}')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const spans = () =>
    exports.flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    )
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, exports, paths, spans }
}

const valuesOf = (attributes: readonly Attribute[]) =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]),
  )

const proxyArgs = (target: string) => [
  ...['proxy', '--target', target, '--listen', '127.0.0.1:0', '--database-url', database],
  ...['--stream', 'spans'],
]

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = '00f067aa0ba902b7'
const traceparent = `00-${TRACE}-${PARENT}-01`

test('with a collector each exchange is a span of its trace; what goes on is what came', async () => {
  const collector = await startCollector()
  const origin = await startRawOrigin()
  const proxy = await start(proxyArgs(origin.url), {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: 'front' },
  })
  const headers = { traceparent, tracestate: 'a=1,b=2', authorization: 'Bearer hidden' }
  await (await fetch(`${proxy.url}/a?q=hidden`, { method: 'POST', headers, body: 'hidden' })).text()
  await (await fetch(`${proxy.url}/root`)).text()
  // What waits is handed over at the end.
  expect(await proxy.stop()).toMatchObject({ code: 0, stderr: '' })

  const [child, root] = collector.spans()
  expect(collector.paths).toEqual(['/v1/traces'])
  expect(child).toMatchObject({
    ...{ traceId: TRACE, parentSpanId: PARENT, traceState: 'a=1,b=2', name: 'POST', kind: 2 },
  })
  expect(valuesOf(child!.attributes)).toEqual({
    ...{ 'http.request.method': 'POST', 'url.path': '/a', 'http.response.status_code': 200 },
    ...{ 'network.protocol.version': '1.1', 'client.address': '127.0.0.1' },
    'reprise.stream': 'spans',
  })
  const took = Number(BigInt(child!.endTimeUnixNano) - BigInt(child!.startTimeUnixNano)) / 1e6
  expect(took).toBeGreaterThan(0)
  expect(took).toBeLessThan(10_000)
  expect(root!.traceId).toMatch(/^[\da-f]{32}$/)
  expect(root!.traceId).not.toBe(TRACE)
  const { resource } = collector.exports[0]!.resourceSpans[0]!
  expect(valuesOf(resource.attributes)).toMatchObject({ 'service.name': 'front' })
  expect(JSON.stringify(collector.exports)).not.toContain('hidden')

  const [passed] = origin.requests
  expect(passed!.fields).toEqual(expect.arrayContaining([traceparent, 'a=1,b=2']))
  const [entry] = await recordedEntries(useJournal(database), 'spans')
  expect(entry!.requestHeaders).toEqual(expect.arrayContaining([traceparent, 'a=1,b=2']))
})

test('a trace that its sender does not keep has no span', async () => {
  const collector = await startCollector()
  const origin = await startRawOrigin()
  const proxy = await serving([...proxyArgs(origin.url), '--otlp-endpoint', collector.url])
  const unkept = { traceparent: `00-${TRACE}-${PARENT}-00` }
  await (await fetch(`${proxy.url}/unkept`, { headers: unkept })).text()
  await (await fetch(`${proxy.url}/kept`)).text()
  await proxy.stop()
  const paths = collector.spans().map(({ attributes }) => valuesOf(attributes)['url.path'])
  expect(paths).toEqual(['/kept'])
})

test('a collector that is away keeps nobody from serving or ending', async () => {
  const origin = await startRawOrigin()
  const proxy = await serving([...proxyArgs(origin.url), '--otlp-endpoint', 'http://127.0.0.1:9'])
  expect((await fetch(`${proxy.url}/a`, { method: 'POST' })).status).toBe(200)
  const began = performance.now()
  expect(await proxy.stop()).toMatchObject({
    code: 0,
  })
  expect(performance.now() - began).toBeLessThan(5_000)
})

/** Has every import of OpenTelemetry fail, as where it is not installed. */
function withoutOpenTelemetry(): { env: Record<string, string> } {
  const folder = emptyFolder()
  const hooks = join(folder, 'hooks.mjs')
  writeFileSync(
    hooks,
    `export function resolve(name, context, next) {
       if (!name.startsWith('@opentelemetry/')) return next(name, context)
       throw Object.assign(new Error('Cannot find package ' + name), { code: 'ERR_MODULE_NOT_FOUND' })
     }`,
  )
  const register = join(folder, 'register.mjs')
  writeFileSync(
    register,
    `import { register } from 'node:module'\nregister(${JSON.stringify(pathToFileURL(hooks).href)})\n`,
  )
  return { env: { NODE_OPTIONS: `--import ${pathToFileURL(register).href}` } }
}

test('without a collector nothing of its SDK is loaded', async () => {
  const origin = await startRawOrigin()
  const admin = ['--admin-listen', '127.0.0.1:0']
  const proxy = await start([...proxyArgs(origin.url), ...admin], withoutOpenTelemetry())
  expect((await fetch(`${proxy.url}/a`, { method: 'POST' })).status).toBe(200)
  expect(await proxy.stop()).toMatchObject({ code: 0, stderr: '' })
})

test('where it is not installed, a collector is refused with what to install', async () => {
  const origin = await startRawOrigin()
  const args = [...proxyArgs(origin.url), '--otlp-endpoint', 'http://127.0.0.1:9']
  const { code, stderr } = await run(args, withoutOpenTelemetry())
  expect(code).toBe(2)
  expect(stderr).toMatch(/^reprise: --otlp-endpoint: OpenTelemetry is not installed \[/)
  expect(stderr).toMatch(/npm install @opentelemetry\/api @opentelemetry\/sdk-trace-base/)
})

test('a collector that is no URL is refused', async () => {
  const { code, stderr } = await injected([
    ...proxyArgs('http://127.0.0.1:9'),
    '--otlp-endpoint',
    'here',
  ])
  expect(code).toBe(2)
  expect(stderr).toMatch("--otlp-endpoint: expected a URL of http or https, got 'here'")
})

test('a replay is a span, and each of its requests one in it, with a link to the recorded trace', async () => {
  const collector = await startCollector()
  const origin = await startRawOrigin(({ target }) =>
    target === '/fails' ? plainAnswer('', '500 Failed') : plainAnswer('', '201 Made'),
  )
  await record(
    useJournal(database),
    'replayed',
    [{ target: '/a?q=hidden', fields: ['traceparent', traceparent] }, { target: '/fails' }],
    origin.url,
  )
  const { code } = await injected([
    ...['replay', '--base-url', origin.url, '--stream', 'replayed', '--yes'],
    ...['--database-url', database, '--otlp-endpoint', collector.url],
  ])
  expect(code).toBe(1)
  const spans = collector.spans()
  const whole = spans.find(({ name }) => name === 'replay')!
  const [first, second] = spans.filter(({ name }) => name === 'POST')
  expect(valuesOf(whole.attributes)).toMatchObject({
    ...{ 'reprise.stream': 'replayed', 'reprise.state': 'stopped', 'server.port': origin.port },
  })
  expect(whole.status.code).toBe(2)
  for (const attempt of [first!, second!]) {
    expect(attempt).toMatchObject({ traceId: whole.traceId, parentSpanId: whole.spanId, kind: 3 })
  }
  expect(first!.links).toMatchObject([{ traceId: TRACE, spanId: PARENT }])
  expect(valuesOf(first!.attributes)).toMatchObject({
    ...{ 'url.path': '/a', 'http.response.status_code': 201, 'reprise.outcome': 'same' },
  })
  expect(second!.status.code).toBe(2)
  expect(JSON.stringify(collector.exports)).not.toContain('hidden')
  // What is sent is what was recorded, and nothing besides.
  expect(origin.requests[0]!.fields).toEqual(expect.arrayContaining([traceparent]))
  expect(origin.requests[1]!.fields.join()).not.toMatch(/traceparent/i)
})

test('requests of the service, and the runs that it drives, are spans too', async () => {
  const collector = await startCollector()
  const origin = await startRawOrigin(() => plainAnswer('', '201 Made'))
  await record(useJournal(database), 'driven', [{ target: '/a' }], origin.url)
  const service = await serving([
    ...['serve', '--listen', '127.0.0.1:0', '--database-url', database],
    ...['--otlp-endpoint', collector.url],
  ])
  await (await fetch(`${service.url}/api/entries?text=hidden`, { headers: { traceparent } })).text()
  const begun = await fetch(`${service.url}/api/runs`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ stream: 'driven', target: origin.url }),
  })
  const { id } = (await begun.json()) as { id: number }
  await (await fetch(`${service.url}/api/runs/${id}/events`)).text()
  expect((await service.stop()).code).toBe(0)
  const spans = collector.spans()
  expect(spans.find(({ traceId }) => traceId === TRACE)).toMatchObject({
    ...{ parentSpanId: PARENT, name: 'GET', kind: 2 },
  })
  const whole = spans.find(({ name }) => name === 'replay')!
  expect(valuesOf(whole.attributes)).toMatchObject({ 'reprise.run': id, 'reprise.state': 'done' })
  expect(spans.filter(({ parentSpanId }) => parentSpanId === whole.spanId)).toHaveLength(1)
  expect(JSON.stringify(collector.exports)).not.toContain('hidden')
})
