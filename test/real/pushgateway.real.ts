import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { Counter, Gauge, Histogram, Pushgateway, Registry, Summary } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { run, start } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { pushedMetrics, startGateway } from './gateway.ts'

const database = await createDatabase()
const programs = { gateway: '', curl: '' }

test('what curl and prom-client pushed, replaced, added and deleted is there again after a restart', async () => {
  programs.gateway = await programFrom('install-pushgateway.sh')
  programs.curl = await programFrom('install-curl.sh')
  const gateway = await startGateway(programs.gateway)
  const common = ['--database-url', database, '--stream', 'metrics', '--data-dir', await folder()]
  const proxy = await start([
    ...['proxy', '--target', gateway.url, '--listen', '127.0.0.1:0', ...common],
  ])
  await pushByCurl(proxy.url)
  await pushByPromClient(proxy.url)
  // It answers 202 to a deletion before it is done; one more push waits for all before it.
  await curl(202, proxy.url, ['-X', 'DELETE'], '/metrics/job/late')
  await curl(200, proxy.url, ['--data-binary', '@-'], '/metrics/job/last', 'last_one 1\n')
  const before = await pushedMetrics(gateway)
  expect(before).toEqual(expect.arrayContaining(LEFT))
  expect(before.join('\n')).not.toMatch(/wiped|replaced_away|deleted/)
  await gateway.stop()

  const restarted = await startGateway(programs.gateway, gateway.port)
  expect(await pushedMetrics(restarted)).toEqual([])
  const ran = await run(['replay', '--base-url', restarted.url, ...common, '--yes'])
  expect(ran).toMatchObject({ code: 0 })
  expect(await pushedMetrics(restarted)).toEqual(before)
  expect((await proxy.stop()).code).toBe(0)
})

/** Some of what must be left of it all. */
const LEFT = [
  'some_metric{instance="",job="plain"} 3.5',
  'grouped{code="200",instance="a b",job="batch"} 7',
  'added{instance="a b",job="batch"} -Inf',
  '# TYPE took_seconds histogram',
  'slashed{instance="",job="directory cleaner",path="/var/tmp/\u00e9"} 1e+09',
  'zipped{instance="",job="zip"} NaN',
  'streamed{instance="",job="chunked"} 2',
  'series{instance="",job="large",n="19999"} 19999',
  'made_total{instance="",job="node",kind="x"} 5',
  'push_time_seconds{instance="",job="node"}',
]

async function pushByCurl(url: string): Promise<void> {
  const body = ['--data-binary', '@-']
  const batch = '/metrics/job/batch/instance/a%20b'
  const cleaner = `/metrics/job@base64/${base64('directory cleaner')}/path@base64/${base64('/var/tmp/\u00e9')}`
  await curl(200, url, body, '/metrics/job/wiped', 'wiped 1\n')
  await curl(202, url, ['-X', 'PUT'], '/api/v1/admin/wipe')
  await curl(200, url, body, '/metrics/job/plain?odd=query&', 'some_metric 1.5\n')
  await curl(200, url, body, '/metrics/job/plain', 'some_metric 3.5\n')
  await curl(200, url, body, batch, 'replaced_away 1\n')
  await curl(200, url, ['-X', 'PUT', ...body], batch, `${TYPED}grouped{code="200"} 7\n`)
  await curl(200, url, body, batch, 'added -Inf\n')
  await curl(400, url, body, batch, 'with_a_time 1 1600000000000\n')
  await curl(200, url, body, cleaner, 'slashed 1e9\n')
  await curl(200, url, body, '/metrics/job/empty/instance@base64/=', 'empty_label 1\n')
  const gzipped = ['-X', 'PUT', '-H', 'Content-Encoding: gzip', ...body]
  await curl(200, url, gzipped, '/metrics/job/zip', gzipSync('zipped NaN\n'))
  await curl(200, url, ['-T', '-'], '/metrics/job/chunked', 'streamed 2\n')
  // Beyond a megabyte curl asks for 100 (Continue) first.
  const large = Array.from({ length: 50_000 }, (_, n) => `series{n="${n}"} ${n}\n`).join('')
  await curl(200, url, body, '/metrics/job/large', large)
  await curl(200, url, body, '/metrics/job/deleted/a/b', 'deleted 1\n')
  await curl(202, url, ['-X', 'DELETE'], '/metrics/job/deleted/a/b')
}

const TYPED = `# HELP took_seconds How long it took.
# TYPE took_seconds histogram
took_seconds_bucket{le="0.5"} 1
took_seconds_bucket{le="+Inf"} 3
took_seconds_sum 4.25
took_seconds_count 3
`

async function pushByPromClient(url: string): Promise<void> {
  const registers = [new Registry()]
  const made = new Counter({ name: 'made_total', help: 'Made.', labelNames: ['kind'], registers })
  const level = new Gauge({ name: 'level', help: 'Level "now" \\ then', registers })
  const size = new Histogram({ name: 'size_bytes', help: 'Size.', buckets: [1, 10], registers })
  const wait = new Summary({ name: 'wait_seconds', help: 'Wait.', registers })
  const gateway = new Pushgateway(url, {}, registers[0])
  const zipping = new Pushgateway(url, { headers: { 'Content-Encoding': 'gzip' } }, registers[0])
  const groupings = { instance: 'caf\u00e9 1', zone: 'eu-1' }
  made.inc({ kind: 'x' }, 2)
  await gateway.pushAdd({ jobName: 'node' })
  await gateway.push({ jobName: 'node', groupings })
  made.inc({ kind: 'x' }, 3)
  level.set(-0.25)
  for (const value of [0.5, 5, 50]) {
    size.observe(value)
    wait.observe(value)
  }
  await zipping.push({ jobName: 'node' })
  await gateway.push({ jobName: 'deleted', groupings })
  await gateway.delete({ jobName: 'deleted', groupings })
  await gateway.pushAdd({ jobName: 'node', groupings: { ...groupings, zone: 'eu 2' } })
}

/** Runs curl with the input on stdin, and expects the status. */
async function curl(
  status: number,
  url: string,
  args: readonly string[],
  path: string,
  input: string | Buffer = '',
): Promise<void> {
  const child = spawn(programs.curl, ['-sS', '-w', '\n%{http_code}', ...args, url + path])
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  await once(child, 'close')
  expect(output, `curl ${args.join(' ')} ${path}`).toMatch(new RegExp(`\\n${status}$`))
}

/** As the gateway takes it: base64url, padding optional. */
function base64(text: string): string {
  return Buffer.from(text).toString('base64url')
}

/** Runs one of the scripts beside this file; the path that it prints. */
async function programFrom(script: string): Promise<string> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const { stdout } = await promisify(execFile)('sh', [path])
  return stdout.trim()
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'reprise-real-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}
