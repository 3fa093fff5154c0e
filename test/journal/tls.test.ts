import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEmbedded } from '../../journal/embedded/server.ts'
import { migrate } from '../../journal/postgres/migrate.ts'
import { selfSigned } from '../support/certificate.ts'
import { query } from '../support/database.ts'
import { useJournal } from '../support/recorder.ts'
import { newEntry, recorded } from './entries.ts'

// A PostgreSQL that speaks TLS, with a certificate that vouches for itself as 127.0.0.1.

let folder: string
let server: Awaited<ReturnType<typeof openEmbedded>>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-tls-'))
  chmodSync(folder, 0o755)
  const { cert, key } = selfSigned('127.0.0.1')
  writeFileSync(join(folder, 'server.crt'), cert)
  writeFileSync(join(folder, 'server.key'), key, { mode: 0o600 })
  // As root PostgreSQL runs as nobody, and reads no key of somebody else.
  if (process.getuid?.() === 0) chownSync(join(folder, 'server.key'), 65_534, 65_534)
  writeFileSync(join(folder, 'other.crt'), selfSigned('127.0.0.1').cert)
  server = await openEmbedded({
    dataDir: join(folder, 'data'),
    settings: {
      ssl: 'on',
      ssl_cert_file: join(folder, 'server.crt'),
      ssl_key_file: join(folder, 'server.key'),
    },
  })
})

afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

function url(host: string, authority: string): string {
  const { username, password, port, pathname } = new URL(server.url)
  const file = encodeURIComponent(join(folder, authority))
  return (
    `postgres://${username}:${password}@${host}:${port}${pathname}` +
    `?sslmode=verify-full&sslrootcert=${file}`
  )
}

test('a server whose certificate the given authority vouches for is used, over TLS', async () => {
  const verified = url('127.0.0.1', 'server.crt')
  await migrate({ url: verified })
  const { stream } = await recorded(useJournal(verified), [newEntry(1)])
  expect(await useJournal(verified).count({ stream })).toEqual({ applied: 1 })
  const [session] = await query<{ ssl: boolean }>(
    verified,
    'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
  )
  expect(session!.ssl).toBe(true)
})

test.each([
  ['that another authority vouches for', '127.0.0.1', 'other.crt'],
  ['for another name', 'localhost', 'server.crt'],
])('a certificate %s is refused', async (_, host, authority) => {
  await expect(useJournal(url(host, authority)).check()).rejects.toMatchObject({
    code: 'journal_unreachable',
  })
})

test('an authority that cannot be read is said before anything is connected', () => {
  expect(() => useJournal(url('127.0.0.1', 'absent.crt'))).toThrow(
    expect.objectContaining({
      code: 'settings_invalid',
      message: expect.stringContaining('absent.crt') as string,
    }),
  )
})
