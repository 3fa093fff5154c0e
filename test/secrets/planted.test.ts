import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { hashOf, newToken } from '../../replayer/service/door/tokens.ts'
import { run, start } from '../support/command.ts'
import { createDatabase, query } from '../support/database.ts'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'

// Secrets are planted in every place of a request and an answer, then looked for in everything that
// leaves the process: the database, what commands print, what the service answers, what is logged.

const database = await createDatabase()

/** Values of secret fields: nowhere but sealed. */
const SEALED = {
  authorization: 'planted-bearer-1f9c',
  cookie: 'planted-cookie-2f9c',
  configured: 'planted-key-3f9c',
  setCookie: 'planted-session-4f9c',
}
/** What a body holds is recorded as it came: it stands in the entry, and nowhere else. */
const IN_BODIES = { json: 'planted-json-5f9c', form: 'planted-form-6f9c' }
/** What a target holds is shown wherever the request is named, and is never logged. */
const IN_TARGETS = { query: 'planted-query-7f9c' }

/** As it may be written: plain, or as PostgreSQL, base64 and URLs write bytes. */
function isIn(text: string, secret: string): boolean {
  const bytes = Buffer.from(secret)
  const forms = [secret, bytes.toString('hex'), bytes.toString('base64').replace(/.{4}$/, '')]
  return forms.some((form) => text.includes(form))
}

function found(text: string, secrets: Record<string, string>): string[] {
  return Object.keys(secrets).filter((name) => isIn(text, secrets[name]!))
}

const dataDir = mkdtempSync(join(tmpdir(), 'reprise-planted-'))
const token = newToken()
const settings = ['--database-url', database, '--data-dir', dataDir]

/** Records them through a proxy, replays them, and answers what was said on the way. */
async function planted() {
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  let sessions = 0
  const origin = await startRawOrigin(() => {
    const session = `${SEALED.setCookie}-${sessions++}`
    return plainAnswer('{"id": 1}', '201 Created', `Set-Cookie: sid=${session}; Path=/\r\n`)
  })
  const env = { REPRISE_SECRET_HEADERS: 'X-Api-Key' }
  const proxy = await start(
    [
      ...['proxy', '--target', origin.url, '--listen', '127.0.0.1:0', ...settings],
      ...['--admin-listen', '127.0.0.1:0'],
    ],
    { env },
  )
  const send = async (path: string, type: string, body: string, cookie: string) => {
    const answer = await fetch(`${proxy.url}${path}`, {
      method: 'POST',
      body,
      headers: {
        ...{
          Authorization: `Bearer ${SEALED.authorization}`,
          Cookie: cookie,
          'X-Api-Key': SEALED.configured,
        },
        'Content-Type': type,
      },
    })
    await answer.text()
    return answer.headers.get('set-cookie')!.split(';')[0]!
  }
  const sid = await send(
    '/json',
    'application/json',
    `{"password": "${IN_BODIES.json}"}`,
    `a=${SEALED.cookie}`,
  )
  await send('/form', 'application/x-www-form-urlencoded', `password=${IN_BODIES.form}`, sid)
  await send(`/query?token=${IN_TARGETS.query}`, 'text/plain', 'x', sid)
  const { stdout, stderr } = await proxy.stop()
  const on = ['--base-url', origin.url, ...settings]
  const outputs: Record<string, string> = { proxy: stdout + stderr }
  for (const argv of [
    ['replay', '--yes', ...on],
    ['replay', '--yes', '--json', ...on],
    ['replay', '--dry-run', ...on],
    ['plan', '--json', ...settings],
    ['aliases', '1', '--explain', ...settings],
    ['aliases', '1', '--json', ...settings],
    ['audit', '--json', ...settings],
    ['in-doubt', '--json', ...settings],
    ['keys', 'rotate', ...settings],
  ]) {
    const ran = await run(argv, { env })
    outputs[argv.slice(0, 3).join(' ')] = ran.stdout + ran.stderr
  }
  return { env, outputs, origin }
}

test('planted secrets come out nowhere, and are sent again all the same', async () => {
  const { env, outputs, origin } = await planted()
  expect(origin.requests).toHaveLength(9)
  const again = origin.requests[4]!.fields.join()
  expect(again).toContain(SEALED.authorization)
  expect(again).toContain(SEALED.configured)

  for (const [what, text] of Object.entries(outputs)) {
    expect({ what, found: found(text, { ...SEALED, ...IN_BODIES }) }).toStrictEqual({
      what,
      found: [],
    })
  }
  expect(found(outputs['proxy']!, IN_TARGETS)).toStrictEqual([])

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
    const bodies = name === 'entry' ? Object.keys(IN_BODIES) : []
    expect({ name, found: found(text, SEALED) }).toStrictEqual({ name, found: [] })
    expect({ name, found: found(text, IN_BODIES) }).toStrictEqual({ name, found: bodies })
  }

  const line = `scan:admin:${hashOf(token).toString('hex')}`
  const serve = ['serve', '--listen', '127.0.0.1:0', '--tokens', line, ...settings]
  const service = await start(serve, { env })
  const get = async (path: string) => {
    const headers = { Authorization: `Bearer ${token}` }
    const answer = await fetch(service.url + path, { headers })
    expect({ path, status: answer.status }).toStrictEqual({ path, status: 200 })
    return JSON.stringify([...answer.headers]) + (await answer.text())
  }
  const lists = ['/api/entries', '/api/streams', '/api/runs', '/api/runs/1', '/api/runs/1/attempts']
  for (const path of [...lists, '/api/runs/1/aliases', '/api/audit-trail', '/api/session']) {
    const text = await get(path)
    const secrets = { ...SEALED, ...IN_BODIES, token }
    expect({ path, found: found(text, secrets) }).toStrictEqual({ path, found: [] })
  }
  const { entries } = JSON.parse((await get('/api/entries?columns=id')).replace(/^\[.*?\]\]/, ''))
  for (const { id } of entries as { id: number }[]) {
    for (const path of ['', '/bodies/request', '/bodies/response']) {
      const text = await get(`/api/entries/${id}${path}`)
      expect({ path, found: found(text, SEALED) }).toStrictEqual({ path, found: [] })
    }
  }
  const { stdout, stderr } = await service.stop()
  const all = { ...SEALED, ...IN_BODIES, ...IN_TARGETS, token }
  expect(found(stdout + stderr, all)).toStrictEqual([])
})

test('what looks for them would find them', () => {
  const secret = SEALED.cookie
  const bytes = Buffer.from(`password=${secret}`)
  expect(isIn(`a ${secret} b`, secret)).toBe(true)
  expect(isIn(`\\x${bytes.toString('hex')}`, secret)).toBe(true)
  expect(isIn(Buffer.from(secret).toString('base64'), secret)).toBe(true)
  expect(isIn(secret.slice(1), secret)).toBe(false)
})
