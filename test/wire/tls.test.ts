import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { selfSigned } from '../support/certificate.ts'
import { start } from '../support/command.ts'
import { standBetween } from '../support/between.ts'
import { startSecureOrigin } from '../support/secure-origin.ts'

const POST = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi'
let folder: string
const credentials = selfSigned('localhost')

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-tls-'))
  writeFileSync(join(folder, 'cert.pem'), credentials.cert)
})
afterAll(() => rmSync(folder, { recursive: true }))

async function secureOrigin() {
  const { seen, target } = await startSecureOrigin(credentials)
  return { seen, target, paths: () => seen.map((one) => one.target) }
}

test('a certificate that nobody vouches for is refused: 502, nothing sent, nothing in doubt', async () => {
  const { seen, target } = await secureOrigin()
  const { ask, journal, proxy } = await standBetween('on', undefined, { target })
  expect(await ask(POST, /\}\n$/)).toMatch(
    /^HTTP\/1\.1 502 [^]*Reprise-Error: upstream_unreachable/,
  )
  expect(seen).toEqual([])
  expect(journal.entries()).toEqual([])
  expect(proxy.counts).toMatchObject({ forwarded: 1, excluded: { not_delivered: 1 } })
})

test('so it is for WebSocket', async () => {
  const { seen, target } = await secureOrigin()
  const { ask } = await standBetween('on', undefined, { target })
  const upgrade = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
  expect(await ask(upgrade, /\}\n$/)).toMatch(/^HTTP\/1\.1 502 /)
  expect(seen).toEqual([])
})

test('no variable of the environment turns verification off', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
  onTestFinished(() => void vi.unstubAllEnvs())
  const { seen, target } = await secureOrigin()
  const { ask } = await standBetween('on', undefined, { target })
  expect(await ask(POST, /\}\n$/)).toMatch(/^HTTP\/1\.1 502 /)
  expect(seen).toEqual([])
})

test('one that is vouched for is taken', async () => {
  const { paths, target } = await secureOrigin()
  const args = ['--recording', 'off', '--target', target.origin, '--listen', '127.0.0.1:0']
  const env = { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') }
  const { url } = await start(['proxy', ...args], { env })
  const answer = await fetch(`${url}/a`, { method: 'POST', body: 'hi' })
  expect([answer.status, await answer.text()]).toEqual([200, 'ok'])
  expect(paths()).toEqual(['/a'])
})
