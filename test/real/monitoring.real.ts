import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { start, type Started } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { startRawOrigin } from '../support/raw-http.ts'
import { debianProgram } from './debian-program.ts'

// The files of monitoring/ against Prometheus' own tools, and against what is really scraped.

const MONITORING = fileURLToPath(new URL('../../monitoring', import.meta.url))
const read = (name: string) => readFileSync(join(MONITORING, name), 'utf8')

let promtool = ''
let prometheus = ''
beforeAll(() => {
  promtool = debianProgram('prometheus', 'promtool')
  const unpacked = join(dirname(promtool), 'root/usr/bin/prometheus')
  prometheus = existsSync(unpacked) ? unpacked : join(dirname(promtool), 'prometheus')
}, 300_000)

interface Rule {
  alert: string
  expr: string
}

const alerts = (parse(read('alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  ({ rules }) => rules,
)

interface Panel {
  title: string
  gridPos: { x: number; y: number; w: number; h: number }
  targets?: { expr: string }[]
}

const dashboard = JSON.parse(read('dashboard.json')) as {
  panels: Panel[]
  templating: { list: { definition?: string }[] }
}
const shown = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))

/** Names of metrics in an expression; `up` is Prometheus' own. */
function metricsIn(expression: string): string[] {
  return expression.match(/\b(?:reprise|process|nodejs)_\w+/g) ?? []
}

/** A proxy alone, one with two workers, and the service: each has had requests. */
/** So that there is a gate. */
const RESTORING = ['--restore', 'ask', '--assume-lost-on-reconnect']

async function scrapeAll(): Promise<{ targets: string[]; texts: string[] }> {
  const database = await createDatabase()
  const origin = await startRawOrigin()
  const common = ['--database-url', database, '--data-dir', emptyFolder()]
  const proxyArgs = ['proxy', '--target', origin.url, '--listen', '127.0.0.1:0']
  const admin = ['--admin-listen', '127.0.0.1:0']
  const proxies = await Promise.all([
    start([...proxyArgs, ...common, ...admin, ...RESTORING, '--stream', 'alone']),
    start([...proxyArgs, ...common, ...admin, '--stream', 'group', '--workers', '2']),
  ])
  const service = await start(['serve', '--listen', '127.0.0.1:0', ...common])
  for (const { url } of proxies) {
    await (await fetch(`${url}/a`, { method: 'POST', body: 'x' })).text()
    await (await fetch(`${url}/b?save=0`, { method: 'POST', body: 'x' })).text()
  }
  await (await fetch(`${service.url}/api/runs`)).text()
  const adminOf = (proxy: Started) => /^admin (\S+)$/m.exec(proxy.stdout())![1]!
  const targets = [...proxies.map(adminOf), service.url]
  const texts = await Promise.all(
    targets.map(async (target) => (await fetch(`${target}/metrics`)).text()),
  )
  return { targets, texts }
}

function checked(args: readonly string[], input = ''): { code: number; said: string } {
  try {
    const said = execFileSync(promtool, args, { input, stdio: 'pipe' }).toString()
    return { code: 0, said }
  } catch (error) {
    const { status, stdout, stderr } = error as Record<'stdout' | 'stderr', Buffer> & {
      status: number
    }
    return { code: status, said: `${stdout.toString()}${stderr.toString()}` }
  }
}

test('promtool accepts the rules and the configuration, and their tests pass', () => {
  for (const args of [
    ['check', 'rules', '--lint-fatal', join(MONITORING, 'alerts.yml')],
    ['check', 'config', join(MONITORING, 'prometheus.yml')],
    ['test', 'rules', join(MONITORING, 'alerts.test.yml')],
  ]) {
    expect(checked(args)).toMatchObject({ code: 0, said: expect.stringContaining('SUCCESS') })
  }
})

test('each alert is tested once as it is raised, and once as it is not', () => {
  interface Case {
    alertname: string
    exp_alerts?: object[]
  }
  const { tests } = parse(read('alerts.test.yml')) as { tests: { alert_rule_test: Case[] }[] }
  const cases = tests.flatMap(({ alert_rule_test }) => alert_rule_test)
  const names = (raised: 'yes' | 'no') =>
    cases
      .filter(({ exp_alerts }) => (exp_alerts === undefined) === (raised === 'no'))
      .map(({ alertname }) => alertname)
  const all = alerts.map(({ alert }) => alert)
  expect(all.length).toBeGreaterThan(10)
  expect(new Set(names('yes'))).toEqual(new Set(all))
  expect(new Set(names('no'))).toEqual(new Set(all))
})

test('every expression of the dashboard is one, and no panel lies over another', () => {
  const file = join(emptyFolder(), 'dashboard.yml')
  const rules = shown.map((expr, i) => ({
    record: `dashboard:${i}`,
    expr: expr.replaceAll(/\$__(rate_interval|range)/g, '5m').replaceAll('$stream', '.*'),
  }))
  expect(rules.length).toBeGreaterThan(30)
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }))
  expect(checked(['check', 'rules', file])).toMatchObject({ code: 0 })
  const places = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
  )
  expect(new Set(places).size).toBe(places.length)
  expect(places.filter((place) => Number(place.split(' ')[0]) >= 24)).toEqual([])
})

test('promtool finds nothing in a real scrape, which has all that dashboard and alerts ask for', async () => {
  const { texts } = await scrapeAll()
  for (const text of texts) {
    expect(checked(['check', 'metrics'], text)).toEqual({ code: 0, said: '' })
  }
  const scraped = new Set(texts.flatMap((text) => text.match(/^\w+/gm) ?? []))
  const definitions = dashboard.templating.list.flatMap(({ definition = '' }) => definition)
  const wanted = [...alerts.map(({ expr }) => expr), ...shown, ...definitions].flatMap(metricsIn)
  expect(new Set(wanted).size).toBeGreaterThan(25)
  expect(wanted.filter((name) => !scraped.has(name))).toEqual([])
  // And the other way: what is ours is shown, or somebody is told of it.
  const ours = [...scraped].filter((name) => name.startsWith('reprise_'))
  const base = (name: string) => name.replace(/_(bucket|sum|count)$/, '')
  const used = new Set(wanted.map(base))
  expect(ours.filter((name) => !used.has(base(name)))).toEqual([])
})

test('Prometheus itself scrapes all of them, as OpenMetrics, and its sums are right', async () => {
  const { targets } = await scrapeAll()
  const folder = emptyFolder()
  const port = await freePort()
  const hosts = targets.map((target) => new URL(target).host)
  writeFileSync(
    join(folder, 'prometheus.yml'),
    JSON.stringify({
      global: { scrape_interval: '1s' },
      scrape_configs: [{ job_name: 'reprise', static_configs: [{ targets: hosts }] }],
    }),
  )
  const child = spawn(
    prometheus,
    [
      ...[`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`],
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  )
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const query = async (expr: string) => {
    const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expr)}`
    const answer = await fetch(url).catch(() => null)
    if (answer?.ok !== true) return null
    const { data } = (await answer.json()) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] }
    }
    return data.result.map(({ metric, value }) => [metric['stream'], Number(value[1])])
  }
  const soon = { timeout: 30_000, interval: 100 }
  await expect.poll(() => query('sum(up{job="reprise"})'), soon).toEqual([[undefined, 3]])
  // In whatever order: both have the same value.
  const forwarded = await query('sum by (stream) (reprise_forwarded_total)')
  expect(Object.fromEntries(forwarded!)).toEqual({ alone: 2, group: 2 })
  expect(await query('sum by (stream) (reprise_worker_up)')).toEqual([['group', 2]])
  expect(
    await query(
      'reprise_forwarded_total - reprise_recorded_total - on (stream, worker) reprise_excluded_total != 0',
    ),
  ).toEqual([])
})
