import { randomUUID } from 'node:crypto'
import { chmodSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Finding } from '../../cli/doctor/finding.ts'
import type { ShownSetting } from '../../cli/doctor/settings.ts'
import { judgeDatabase } from '../../cli/doctor/database.ts'
import { checkVersions } from '../../cli/doctor/versions.ts'
import type { ExaminedDatabase } from '../../journal/postgres/examination.ts'
import type { NewRecord } from '../../journal/entry.ts'
import { adminSource, startAdmin } from '../../proxy/admin.ts'
import { listen } from '../../proxy/listen.ts'
import { upstreamCheck } from '../../proxy/upstream-check.ts'
import { newEntry } from '../journal/entries.ts'
import { selfSigned } from '../support/certificate.ts'
import { createDatabase, query } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { startRecorder, useJournal } from '../support/recorder.ts'
import { startSecureOrigin } from '../support/secure-origin.ts'
import { auditStage, slotOf } from './audit-stage.ts'
import { injected } from './injected.ts'

const database = await createDatabase()
const empty = await createDatabase('empty')

interface Printed {
  state: Finding['state']
  findings: Finding[]
  settings: ShownSetting[]
}

/** What it says, of a data directory of its own and of free ports where nothing else is said. */
async function doctor(argv: readonly string[], env: Record<string, string> = {}) {
  const own = ['--listen', '127.0.0.1:0', '--data-dir', emptyFolder(), '--json']
  const { code, stdout, stderr } = await injected(['doctor', ...own, ...argv], { env })
  expect(stderr).toBe('')
  const printed = JSON.parse(stdout) as Printed
  const worse = printed.findings.filter(({ state }) => state !== 'ok')
  // Whatever is wrong, somebody is told what to do.
  for (const { remedy = '' } of worse) expect(remedy).not.toBe('')
  expect(printed.state).toBe(
    worse.some(({ state }) => state === 'problem') ? 'problem' : (worse[0]?.state ?? 'ok'),
  )
  expect(code).toBe(printed.state === 'problem' ? 1 : 0)
  const of = (area: Finding['area']) => printed.findings.filter((one) => one.area === area)
  return { code, printed, of, worse, stdout }
}

/** A backend, by HTTP; closed after the test. */
async function backend(headers: Record<string, string> = {}): Promise<string> {
  const server = createServer((_, response) => response.writeHead(200, headers).end('{}'))
  onTestFinished(() => server.close().closeAllConnections())
  return listen(server, '127.0.0.1', 0)
}

const url = ['--database-url', database]

/** The server and the folders of the tests are in memory where there is room, and nothing is synced. */
const isOfTests = ({ found }: Finding) => /is in memory|^(fsync|full_page_writes) = off/.test(found)

test('where all is there nothing is wrong, and nothing is left behind', async () => {
  const target = await backend()
  const dataDir = emptyFolder()
  const { of, worse } = await doctor([...url, '--target', target, '--data-dir', dataDir])
  expect(worse.filter((one) => !isOfTests(one))).toEqual([])
  const found = of('database').filter((one) => !isOfTests(one))
  expect(found.map((one) => one.found)).toEqual([
    expect.stringMatching(/^PostgreSQL 1\d\.\d+ at postgres:\/\/reprise:\*\*\*@.* as reprise$/),
    'the schema is the one that this version knows',
    'reprise has the rights that it needs',
    expect.stringMatching(/^\d+ of \d+ connections are free, a proxy takes up to 6$/),
  ])
  expect(of('upstream').map(({ found }) => found)).toEqual([
    expect.stringMatching(/ takes connections \(127\.0\.0\.1:\d+\)$/),
    'GET / is answered 200 by HTTP/1.1',
  ])
  expect(of('clock')).toHaveLength(2)
  expect(readdirSync(dataDir)).toEqual([])
})

test('people get a line for each, what to do below it, and a sum', async () => {
  const argv = ['doctor', '--recording', 'off', '--listen', '127.0.0.1:0']
  const { code, stdout } = await injected(argv)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ok {7}versions {2}reprise \d/)
  expect(stdout).toContain('warning  upstream  no backend was named, none was asked\n')
  expect(stdout).toContain('\n                   → name it: --target\n')
  expect(stdout).toContain('\n  recording = off   (--recording)\n')
  expect(stdout).toMatch(/\n1 warning\n$/)
})

test('what nobody can reach is a problem, with what to do, and the rest is looked at all the same', async () => {
  const nowhere = `127.0.0.1:${await freePort()}`
  const argv = [
    '--database-url',
    `postgres://a:secret@${nowhere}/b`,
    '--target',
    `http://${nowhere}`,
  ]
  const { code, of, stdout } = await doctor(argv)
  expect(code).toBe(1)
  expect(of('database')).toMatchObject([
    { state: 'problem', remedy: 'check that PostgreSQL runs and that DATABASE_URL is right' },
  ])
  expect(of('upstream')).toMatchObject([
    { state: 'problem', remedy: 'start the backend, or correct the port of --target' },
  ])
  expect(of('spool')[0]).toMatchObject({ state: 'ok' })
  expect(stdout).not.toContain('secret@')
})

test('a schema is none yet, older, or newer', async () => {
  const none = await doctor(['--database-url', empty])
  expect(none.of('database')[1]).toMatchObject({
    ...{ state: 'ok', found: 'there is no journal yet: the first start makes it' },
  })
  expect(await query(empty, "select 1 from pg_namespace where nspname = 'reprise'")).toEqual([])
  const other = await createOtherSchema()
  expect((await doctor(['--database-url', other])).of('database')[1]).toMatchObject({
    state: 'problem',
    found: expect.stringContaining('999_of_tomorrow') as string,
    remedy: 'use the version of reprise that migrated it, or a later one',
  })
  await query(other, "delete from reprise.migration where name >= '018'")
  const older = await doctor(['--database-url', other])
  expect(older.of('database')[1]).toMatchObject({
    state: 'warning',
    found: expect.stringContaining('018_client_forms') as string,
  })
})

const others = await createDatabase()

async function createOtherSchema(): Promise<string> {
  await query(
    others,
    "insert into reprise.migration (name, run_on) values ('999_of_tomorrow', now())",
  )
  return others
}

test('rights that a role lacks are named', async () => {
  const role = `plain_${randomUUID().slice(0, 8)}`
  await query(database, `create role ${role} login password 'x'`)
  onTestFinished(async () => {
    await query(database, `drop owned by ${role}`)
    await query(database, `drop role ${role}`)
  })
  const plain = ['--database-url', database.replace(/\/\/[^@]*@/, `//${role}:x@`)]
  const none = await doctor(plain)
  expect(none.code).toBe(1)
  expect(none.of('database')[1]).toMatchObject({ state: 'problem' })
  await query(
    database,
    `grant usage on schema reprise to ${role};
     grant select, insert, update, delete on all tables in schema reprise to ${role};
     grant usage on all sequences in schema reprise to ${role};
     revoke insert on reprise.entry from ${role};
     grant execute on function reprise.analyze_entries to ${role}`,
  )
  expect((await doctor(plain)).of('database')).toContainEqual({
    ...{ area: 'database', state: 'problem' },
    found: `${role} lacks: insert on reprise.entry, execute on reprise.make_entry_partitions`,
    remedy: 'grant it, or connect as the owner of the schema: docs/rights.md',
  })
  await query(
    database,
    `grant insert on reprise.entry to ${role};
     grant execute on function reprise.make_entry_partitions to ${role}`,
  )
  const enough = (await doctor(plain)).of('database').filter((one) => !isOfTests(one))
  expect(enough.map(({ state }) => state)).not.toContain('problem')
})

test('what a server does not promise, or is too old for, is said', () => {
  const sound: ExaminedDatabase = {
    ...{ version: '18.1', major: 18, role: 'r', limitsKeptBy: 'server', readOnly: null },
    ...{ schema: { pending: [], isThere: true }, lacking: [], unsafe: [], journal: null },
    connections: { most: 100, used: 1 },
    clock: { theirs: 0, before: 0, after: 0 },
  }
  const judged = (changes: Partial<ExaminedDatabase>) =>
    judgeDatabase('here', { ...sound, ...changes }, { connections: 4, workers: 1 })
      .filter(({ state }) => state !== 'ok')
      .map(({ state, found }) => `${state}: ${found}`)
  expect(judged({})).toEqual([])
  expect(judged({ major: 14, version: '14.2' })).toEqual(['problem: PostgreSQL 14.2 at here, as r'])
  expect(judged({ major: 19 })).toEqual(['warning: PostgreSQL 18.1 at here, as r'])
  expect(judged({ readOnly: 'standby' })[0]).toMatch(/^problem: it is a standby/)
  expect(judged({ unsafe: ['fsync = off'] })[0]).toMatch(/^problem: fsync = off/)
  expect(judged({ limitsKeptBy: 'client' })[0]).toMatch(/^warning: a pooler/)
  expect(judged({ connections: { most: 10, used: 5 } })[0]).toMatch(/^warning: 5 of 10/)
  expect(checkVersions('20.18.3')).toMatchObject([{ state: 'problem' }])
})

test('a certificate that nobody vouches for has its remedy, and with it HTTP/2 is not assumed', async () => {
  const { cert, key } = selfSigned('localhost')
  const { target } = await startSecureOrigin({ cert, key })
  const argv = [...url, '--target', target.origin]
  expect((await doctor(argv)).of('upstream')).toMatchObject([
    { state: 'problem', remedy: 'name who signed its certificate: --upstream-ca FILE' },
  ])
  const ca = join(emptyFolder(), 'ca.crt')
  writeFileSync(ca, cert)
  const trusted = await doctor([...argv, '--upstream-ca', ca])
  expect(trusted.of('upstream').map(({ state, found }) => [state, found])).toEqual([
    ['ok', expect.stringMatching(/takes connections \(127\.0\.0\.1:\d+, TLSv1\.3\)$/)],
    ['warning', expect.stringContaining('its certificate is valid until')],
    ['ok', 'GET / is answered 200 by HTTP/1.1'],
  ])
  const plain = (await backend()).replace('http:', 'https:')
  expect((await doctor([...url, '--target', plain])).of('upstream')).toMatchObject([
    {
      found: `${plain}: wrong version number`,
      remedy: 'its port seems to speak no TLS: http:// in --target',
    },
  ])
  const insecure = await doctor([...argv, '--upstream-tls', 'insecure'])
  expect(insecure.of('upstream')[1]).toMatchObject({ state: 'warning' })
})

test('clocks that do not agree are told by how much', async () => {
  const target = await backend({ Date: new Date(Date.now() - 3_600_000).toUTCString() })
  const { of } = await doctor([...url, '--target', target])
  expect(of('clock')).toMatchObject([
    { state: 'ok' },
    {
      state: 'warning',
      found: expect.stringMatching(/is (3599|3600)\.\d s behind this/) as string,
    },
  ])
})

test('what tells the lives of a backend apart is asked for', async () => {
  const target = await backend({ 'X-Boot': 'a1' })
  const sign = ['--restore', 'auto', '--boot-id']
  const shown = await doctor([...url, '--target', target, ...sign, '/ header X-Boot'])
  expect(shown.of('upstream').at(-1)).toMatchObject({
    ...{ state: 'ok', found: 'it shows which life of it answers: a1' },
  })
  const hidden = await doctor([...url, '--target', target, ...sign, '/ header X-Other'])
  expect(hidden.of('upstream').at(-1)).toMatchObject({ state: 'problem' })
})

test('what waits in a spool is told, and whose it is', async () => {
  const staged = await auditStage(database)
  const record: NewRecord = { kind: 'entry', entry: newEntry(1), had: 'nothing' }
  await slotOf(staged, 1, [record])
  const argv = ['--data-dir', staged.dataDir, '--stream', staged.stream]
  const { of } = await doctor([...url, ...argv])
  expect(of('spool').at(-1)).toMatchObject({
    state: 'warning',
    found: expect.stringContaining('1 records wait') as string,
    remedy: 'the next start of the proxy moves them',
  })
})

test('a spool that cannot be made is a problem', async () => {
  const file = join(emptyFolder(), 'file')
  writeFileSync(file, '')
  const { code, of } = await doctor([...url, '--spool-dir', join(file, 'spool')])
  expect(code).toBe(1)
  expect(of('spool')).toMatchObject([{ state: 'problem' }])
  expect((await doctor([...url, '--spool-limit', '0'])).of('spool')).toMatchObject([
    { state: 'ok' },
  ])
})

test('a port that somebody has is said; of a proxy that runs, how it is', async () => {
  const target = await backend()
  const taken = new URL(target).host
  const busy = await doctor([...url, '--listen', taken, '--serve-listen', taken])
  expect(busy.of('ports').slice(0, 2)).toMatchObject([{ state: 'warning' }, { state: 'warning' }])
  const own = await doctor([...url, '--listen', taken, '--target', target])
  expect(own.of('upstream')).toMatchObject([{ state: 'problem' }])

  const journal = useJournal(database)
  const proxy = await startRecorder(target, journal, { stream: 'examined' })
  const upstream = upstreamCheck(new URL(target))
  const source = adminSource(proxy, { stream: 'examined', version: '0', upstream })
  const admin = await startAdmin({ host: '127.0.0.1', port: 0, source: () => source })
  onTestFinished(() => admin.close())
  const ports = ['--listen', new URL(proxy.url).host, '--admin-listen', new URL(admin.url).host]
  const { of } = await doctor([...url, ...ports, '--target', target])
  expect(of('ports').map(({ state, found }) => [state, found])).toEqual([
    ['ok', `--listen ${ports[1]} is in use: a proxy runs`],
    ['ok', 'the proxy that runs says journal: ready'],
    ['ok', 'the proxy that runs says upstream: ready'],
  ])
})

test('settings are told with where they are from, and no secret with them', async () => {
  const dataDir = emptyFolder()
  const key = join(dataDir, 'secret.key')
  writeFileSync(key, `${Buffer.alloc(32, 9).toString('base64')}\n`)
  chmodSync(key, 0o644)
  const secrets = {
    REPRISE_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
    REPRISE_WEBHOOK: 'https://hooks.example.com/t0ken1?k=t0ken2',
    REPRISE_STATE_PROBE_HEADER: 'Authorization: Bearer t0ken3',
    REPRISE_STATE_PROBE: 'GET /state',
    REPRISE_RESTORE_RESET: 'curl -d t0ken4 http://127.0.0.1/reset',
    REPRISE_OLD_SECRET_KEYS: Buffer.alloc(32, 2).toString('hex'),
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:t0ken5@127.0.0.1:4318',
    DATABASE_URL: database,
  }
  const restore = ['--restore', 'ask', '--assume-lost-on-reconnect']
  const { printed, stdout, of } = await doctor([...restore, '--data-dir', dataDir], secrets)
  const { password } = new URL(database)
  for (const secret of [
    `:${password}@`,
    't0ken',
    Buffer.alloc(32, 1).toString('base64'),
    '0202',
    'CQkJ',
  ]) {
    expect(stdout).not.toContain(secret)
  }
  const told = Object.fromEntries(printed.settings.map(({ name, ...rest }) => [name, rest]))
  expect(told).toMatchObject({
    restore: { value: 'ask', from: '--restore' },
    durability: { value: 'commit', from: 'default' },
    webhook: { value: 'https://hooks.example.com/***', from: 'REPRISE_WEBHOOK' },
    'webhook-secret': { value: '***', from: 'REPRISE_WEBHOOK_SECRET' },
    'state-probe-header': { value: 'Authorization: ***' },
    'database-url': { from: 'DATABASE_URL' },
    target: { value: 'none, and it is not asked', from: 'default' },
  })
  expect(of('secrets')).toMatchObject([{ state: 'warning', remedy: `chmod 600 ${key}` }])
})

test('wrong settings are what they are for every command: 2', async () => {
  const { code, stderr } = await injected(['doctor', '--listen', 'x', '--restore', 'auto'])
  expect(code).toBe(2)
  expect(stderr).toContain('2 settings are wrong [settings_invalid]')
})
