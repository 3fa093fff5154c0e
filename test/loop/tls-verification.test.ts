import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { run, start } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { useJournal } from '../support/recorder.ts'
import { selfSigned, type Certificate } from '../support/certificate.ts'

// Verification that is switched off is a known defect of earlier tools. Real processes, for
// whom to trust is what a process is told when it starts.

const database = await createDatabase()

test('a proxy and a replay send to an upstream whose certificate is good, and to no other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-tls-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const good = selfSigned('127.0.0.1')
  const otherName = selfSigned('other.example')
  const trust = join(folder, 'trust.pem')
  await writeFile(trust, good.cert + otherName.cert)
  const origins = {
    good: await startHttps(good),
    otherName: await startHttps(otherName),
    untrusted: await startHttps(selfSigned('127.0.0.1')),
  }
  const options = { env: { NODE_EXTRA_CA_CERTS: trust, NODE_TLS_REJECT_UNAUTHORIZED: '' } }
  const common = ['--database-url', database, '--data-dir', folder]

  const record = async (name: keyof typeof origins) => {
    const target = ['--target', origins[name].url, '--listen', '127.0.0.1:0', '--stream', name]
    const proxy = await start(['proxy', ...target, ...common], options)
    const { status, headers } = await fetch(`${proxy.url}/`, { method: 'POST', body: 'secret' })
    expect((await proxy.stop()).code).toBe(0)
    return { status, error: headers.get('reprise-error') }
  }
  const refused = { status: 502, error: 'upstream_unreachable' }
  expect(await Promise.all([record('good'), record('otherName'), record('untrusted')])).toEqual([
    ...[{ status: 200, error: null }, refused, refused],
  ])
  expect(Object.values(origins).map(({ got }) => got)).toEqual([['secret'], [], []])
  // Nothing was sent, so nothing is in doubt.
  const journal = useJournal(database)
  expect(await journal.count({ stream: 'otherName' })).toEqual({})
  expect(await journal.count({ stream: 'untrusted' })).toEqual({})

  const replay = async (name: keyof typeof origins) => {
    const target = ['--base-url', origins[name].url, '--stream', 'good', '--yes', '--json']
    const { code, stdout } = await run(['replay', ...target, ...common], options)
    return { code, outcomes: (JSON.parse(stdout) as { outcomes: unknown }).outcomes }
  }
  const failed = { code: 1, outcomes: { failed: 1 } }
  expect(await Promise.all([replay('good'), replay('otherName'), replay('untrusted')])).toEqual([
    ...[{ code: 0, outcomes: { same: 1 } }, failed, failed],
  ])
  expect(Object.values(origins).map(({ got }) => got)).toEqual([['secret', 'secret'], [], []])
})

/** An origin that notes the bodies it got; closed after the test. */
async function startHttps(certificate: Certificate): Promise<{ url: string; got: string[] }> {
  const got: string[] = []
  const server = https.createServer(certificate, (request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      got.push(body)
      response.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, got }
}
