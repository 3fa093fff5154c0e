import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { hashOf, newToken } from '../../replayer/service/door/tokens.ts'
import { start } from '../support/command.ts'
import { createDatabase, query } from '../support/database.ts'
import { plainAnswer, startRawOrigin, type RawOrigin } from '../support/raw-http.ts'
import { injected } from '../cli/injected.ts'
import { PLANTED, REQUESTS, answerTo, bodiesOf, found, foundBelow, isIn } from './planting.ts'

// Secrets are planted in every place of a request and an answer, then looked for in everything that
// leaves the process: the database, the disk, what commands print, what the service answers, what is logged.

// A dozen commands, one after the other.
vi.setConfig({ testTimeout: 180_000 })

const token = newToken()
const ENV = { REPRISE_SECRET_HEADERS: 'X-Api-Key', REPRISE_SECRET_FIELDS: 'PIN' }

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'reprise-planted-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

/** A backend, which looks at what is on the disk each time that it is asked. */
async function backend(dataDir: string): Promise<RawOrigin & { onDisk: Set<string> }> {
  const onDisk = new Set<string>()
  let n = 1
  const origin = await startRawOrigin(({ target }) => {
    for (const one of foundBelow(dataDir)) onDisk.add(one)
    const { body, fields } = answerTo(target, n++)
    return plainAnswer(body, '201 Created', fields)
  })
  return Object.assign(origin, { onDisk })
}

/** Sends them through a proxy; each uses the cookie of the one before. */
async function send(url: string): Promise<void> {
  let cookie = `a=${PLANTED.cookie}`
  for (const { path, type, body, coding } of REQUESTS) {
    const answer = await fetch(url + path, {
      method: 'POST',
      body,
      headers: {
        Authorization: `Bearer ${PLANTED.authorization}`,
        Cookie: cookie,
        'X-Api-Key': PLANTED.configured,
        Referer: `http://shop.test/cb?id_token=${PLANTED.referer}`,
        'Content-Type': type,
        ...(coding !== undefined && { 'Content-Encoding': coding }),
      },
    })
    await answer.text()
    cookie = answer.headers.get('set-cookie')!.split(';')[0]!
  }
}

/** Records them through a proxy, replays them, and answers what was said on the way. */
async function planted(settings: readonly string[], origin: RawOrigin) {
  const collected: string[] = []
  const collector = await startRawOrigin(({ body }) => {
    collected.push(body.toString('latin1'))
    return plainAnswer('{}')
  })
  const proxy = await start(
    [
      ...['proxy', '--target', origin.url, '--listen', '127.0.0.1:0', ...settings],
      ...['--admin-listen', '127.0.0.1:0', '--access-log', 'whole'],
      ...[
        '--otlp-endpoint',
        collector.url,
        '--state-probe',
        'GET /state?access_token=planted-query-bf9c',
      ],
    ],
    { env: ENV },
  )
  await send(proxy.url)
  const { stdout, stderr } = await proxy.stop()
  const on = ['--base-url', origin.url, ...settings]
  const outputs: Record<string, string> = { proxy: stdout + stderr, spans: collected.join('\n') }
  for (const argv of [
    ['replay', '--yes', ...on],
    ['replay', '--yes', '--json', ...on],
    ['replay', '--dry-run', ...on],
    ['plan', '--json', ...settings],
    ['plan', '--explain', '4', ...settings],
    ['aliases', '1', '--explain', ...settings],
    ['aliases', '1', '--json', ...settings],
    ['state', '--list', '--json', ...settings],
    ['state', '--compare', '--json', ...on],
    ['audit', '--json', ...settings],
    ['in-doubt', '--json', ...settings],
    ['keys', 'rotate', ...settings],
    ['keys', 'reseal', ...settings],
    ['replay', '--yes', ...on],
  ]) {
    const ran = await injected(argv, { env: ENV })
    const what = `${Object.keys(outputs).length} ${argv.slice(0, 3).join(' ')}`
    expect({ what, code: ran.code, stderr: ran.code === 2 ? ran.stderr : '' }).not.toMatchObject({
      code: 2,
    })
    outputs[what] = ran.stdout + ran.stderr
  }
  return outputs
}

async function scanDatabase(database: string): Promise<void> {
  const tables = await query<{ name: string }>(
    database,
    `select relname as name from pg_class c join pg_namespace n on n.oid = relnamespace
     where nspname = 'reprise' and relkind in ('r', 'p') and not relispartition`,
  )
  expect(tables.length).toBeGreaterThan(9)
  for (const { name } of tables) {
    const rows = await query<{ row: string }>(
      database,
      `select t::text as row from reprise.${name} t`,
    )
    const text = rows.map(({ row }) => row).join('\n')
    expect({ name, found: found(text) }).toStrictEqual({ name, found: [] })
  }
  const sealed = await query<{ of: string; n: number }>(
    database,
    ['entry', 'body_chunk', 'attempt', 'state']
      .map((name) => `select '${name}' as of, count(sealed)::int as n from reprise.${name}`)
      .join(' union all '),
  )
  for (const { of, n } of sealed) expect({ of, isSealed: n > 0 }).toEqual({ of, isSealed: true })
}

test('planted secrets come out nowhere, and are sent again all the same, also with another key', async () => {
  const database = await createDatabase()
  const dataDir = folder()
  const settings = ['--database-url', database, '--data-dir', dataDir]
  const origin = await backend(dataDir)
  const outputs = await planted(settings, origin)
  const posts = { ...origin, requests: origin.requests.filter(({ method }) => method === 'POST') }
  expect(posts.requests).toHaveLength(4 * REQUESTS.length)
  const said = bodiesOf(posts, 0)
  for (let n = 1; n < 4; n++) {
    // A body is what it was, byte for byte: nothing in them was made up by the backend.
    expect(bodiesOf(posts, n * REQUESTS.length)).toEqual(said)
    const again = posts.requests[n * REQUESTS.length]!.fields.join()
    expect(again).toContain(PLANTED.authorization)
    expect(again).toContain(PLANTED.configured)
    expect(again).toContain(PLANTED.referer)
  }
  for (const [what, text] of Object.entries(outputs)) {
    expect({ what, found: found(text) }).toStrictEqual({ what, found: [] })
  }
  expect(outputs['proxy']).toContain('access_token=**')
  expect(outputs['spans']).toContain('/query')
  expect([...origin.onDisk, ...foundBelow(dataDir)]).toEqual([])
  await scanDatabase(database)

  const line = `scan:admin:${hashOf(token).toString('hex')}`
  const serve = [
    'serve',
    '--listen',
    '127.0.0.1:0',
    '--tokens',
    line,
    '--access-log',
    'whole',
    ...settings,
  ]
  const service = await start(serve, { env: ENV })
  const get = async (path: string, status = 200) => {
    const headers = { Authorization: `Bearer ${token}` }
    const answer = await fetch(service.url + path, { headers })
    expect({ path, status: answer.status }).toStrictEqual({ path, status })
    const text =
      JSON.stringify([...answer.headers]) +
      Buffer.from(await answer.arrayBuffer()).toString('latin1')
    expect({ path, found: found(text, { token }) }).toStrictEqual({ path, found: [] })
    return text
  }
  const { paths } = JSON.parse((await get('/api/schema')).replace(/^\[.*?\]\]/, '')) as {
    paths: Record<string, Record<string, unknown>>
  }
  const { entries } = JSON.parse(
    (await get('/api/entries?columns=id&limit=50')).replace(/^\[.*?\]\]/, ''),
  ) as {
    entries: { id: number }[]
  }
  expect(entries).toHaveLength(REQUESTS.length)
  const asked = Object.keys(paths).filter(
    // What goes on for as long as somebody listens is read elsewhere.
    (path) =>
      paths[path]!['get'] !== undefined && !['/api/live', '/api/epochs/events'].includes(path),
  )
  expect(asked.length).toBeGreaterThan(15)
  for (const path of asked) {
    const ids = /entries\/\{id\}|entries\/\{/.test(path) ? entries.map(({ id }) => id) : [1]
    for (const id of ids) {
      for (const side of path.includes('{side}') ? ['request', 'response'] : ['']) {
        const filled = path
          .replace('{side}', side)
          .replace('{stream}', 'x')
          .replaceAll(/\{\w+\}/g, String(id))
        const answer = await fetch(service.url + filled, {
          headers: { Authorization: `Bearer ${token}` },
        })
        const text = Buffer.from(await answer.arrayBuffer()).toString('latin1')
        expect({ filled, found: found(text, { token }) }).toStrictEqual({ filled, found: [] })
      }
    }
  }
  for (const path of ['/api/runs/1/attempts', '/api/runs/1/aliases', '/api/search?text=planted'])
    await get(path)
  const { stdout, stderr } = await service.stop()
  expect(found(stdout + stderr, { token })).toStrictEqual([])
})

test('on the disk of the embedded server, its log and its spool nothing stands in clear', async () => {
  const dataDir = folder()
  const origin = await backend(dataDir)
  const settings = ['--data-dir', dataDir, '--durability', 'intent']
  const args = ['proxy', '--target', origin.url, '--listen', '127.0.0.1:0', ...settings]
  const proxy = await start(args, { env: ENV })
  await send(proxy.url)
  expect(foundBelow(dataDir)).toEqual([])
  await proxy.stop()
  expect([...origin.onDisk, ...foundBelow(dataDir)]).toEqual([])
})

test('what looks for them would find them', () => {
  const secret = PLANTED.cookie
  const bytes = Buffer.from(`password=${secret}`)
  expect(isIn(`a ${secret} b`, secret)).toBe(true)
  expect(isIn(`\\x${bytes.toString('hex')}`, secret)).toBe(true)
  for (const before of ['', 'a', 'ab', 'abc']) {
    expect(isIn(Buffer.from(`${before}${secret}z`).toString('base64'), secret)).toBe(true)
  }
  expect(isIn([...Buffer.from(secret)].map((one) => `%${one.toString(16)}`).join(''), secret)).toBe(
    true,
  )
  expect(isIn(secret.slice(1), secret)).toBe(false)
})
