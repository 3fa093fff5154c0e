import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { selfSigned, type Certificate } from '../support/certificate.ts'
import { start, type Started } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { connectRaw, startRawOrigin } from '../support/raw-http.ts'
import { recordedEntries, useJournal } from '../support/recorder.ts'
import { startSecureOrigin } from '../support/secure-origin.ts'
import { doubted, doubtStage } from './in-doubt-stage.ts'
import { injected, serving } from './injected.ts'

const database = await createDatabase()
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const HOUR = 3_600_000
const NOBODY = 65_534

/** Writes a certificate and its key; answers their files. */
function written(folder: string, name: string, { cert, key }: Certificate) {
  const files = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) }
  writeFileSync(files.cert, cert)
  writeFileSync(files.key, key)
  return files
}

const plainProxy = (target: string) =>
  ['proxy', '--target', target, '--listen', '127.0.0.1:0', '--recording', 'off'] as const

/** The lines of what is wrong. */
async function wrong(argv: readonly string[], command = plainProxy('http://127.0.0.1:9')) {
  const { code, stderr } = await injected([...command, ...argv])
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('[settings_invalid]') as string,
  })
  return stderr
}

test('certificate and key go together, and the wrong one is named with its file', async () => {
  const folder = emptyFolder()
  const one = written(folder, 'one', selfSigned('127.0.0.1'))
  const two = written(folder, 'two', selfSigned('127.0.0.1'))
  for (const side of ['tls', 'upstream']) {
    const [cert, key] = [`--${side}-cert`, `--${side}-key`]
    expect(await wrong([cert, one.cert])).toContain(
      `${key} is missing: expected FILE where there is ${cert}`,
    )
    expect(await wrong([key, one.key])).toContain(
      `${cert} is missing: expected FILE where there is ${key}`,
    )
    expect(await wrong([cert, one.cert, key, two.key])).toContain(
      `${key}: expected the key of the certificate in '${one.cert}', but '${two.key}' holds another one`,
    )
  }
  expect(await wrong(['--tls-client-ca', one.cert])).toMatch(
    /2 settings are wrong[^]*--tls-cert is missing: expected FILE[^]*--tls-key is missing: expected FILE/,
  )
})

test('files that are no use are named all at once, with what to do', async () => {
  const folder = emptyFolder()
  const good = written(folder, 'good', selfSigned('127.0.0.1'))
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  mkdirSync(join(folder, 'sub'))
  const body = selfSigned('a').cert.replaceAll(/-----[^-]+-----|\s/g, '')
  const der = file('a.der', Buffer.from(body, 'base64'))
  const pem = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`
  const broken = file('broken.pem', selfSigned('a').cert + pem(body.slice(0, 100)))
  const locked = file('locked.pem', pem('x').replaceAll('CERTIFICATE', 'ENCRYPTED PRIVATE KEY'))
  const stderr = await wrong([
    ...['--tls-cert', join(folder, 'none.pem'), '--tls-key', locked, '--tls-client-ca', broken],
    ...['--upstream-ca', der, '--upstream-cert', join(folder, 'sub'), '--upstream-key', good.cert],
    ...['--upstream-server-name', '127.0.0.1', '--upstream-tls', 'off'],
  ])
  for (const line of [
    `--tls-cert: expected a PEM file with a certificate, but '${join(folder, 'none.pem')}' is not there; `,
    `--tls-key: expected a PEM file with a private key that is not encrypted, but that in '${locked}' is; `,
    `--tls-client-ca: expected a PEM file with a certificate, but number 2 in '${broken}' is broken (`,
    `--upstream-ca: expected a PEM file with a certificate, but '${der}' holds none; it may be DER: `,
    `--upstream-cert: expected a PEM file with a certificate, but '${join(folder, 'sub')}' is a folder; `,
    `--upstream-key: expected a PEM file with a private key, but '${good.cert}' holds none; `,
    `--upstream-server-name: expected a DNS name such as backend.internal, no address, got '127.0.0.1'`,
    `--upstream-tls: expected one of verify|insecure, got 'off'`,
    '8 settings are wrong',
  ]) {
    expect(stderr).toContain(line)
  }
})

test('so is one that may not be read', async () => {
  const { cert, key } = written(emptyFolder(), 'one', selfSigned('127.0.0.1'))
  chmodSync(key, 0)
  const argv = ['--tls-cert', cert, '--tls-key', key]
  if (process.getuid?.() !== 0) expect(await wrong(argv)).toContain('may not be read')
  else {
    // Root may read everything. What the command imports is loaded while that is so.
    await injected([...plainProxy('http://127.0.0.1:9'), '--tls-cert', cert])
    process.seteuid!(NOBODY)
    const said = await wrong(argv).finally(() => process.seteuid!(0))
    expect(said).toContain('may not be read')
  }
})

test('what works but should not last is said loudly at the start', async () => {
  const { target } = await startSecureOrigin(selfSigned('elsewhere.test'))
  const expired = selfSigned('127.0.0.1', { validTo: Date.now() - HOUR })
  const { cert, key } = written(emptyFolder(), 'old', expired)
  const files = [
    '--tls-cert',
    cert,
    '--tls-key',
    key,
    '--upstream-cert',
    cert,
    '--upstream-key',
    key,
  ]
  const proxy = await serving([
    ...plainProxy(target.origin),
    ...files,
    '--upstream-tls',
    'insecure',
  ])
  const { stderr } = await proxy.stop()
  expect(stderr).toMatch(/WARNING: --tls-cert: the certificate in '.*old.crt' expired: .*\n/)
  expect(stderr).toMatch(/WARNING: --upstream-cert: the certificate in '.*old.crt' expired: .*\n/)
  expect(stderr).toContain(
    `WARNING: --upstream-tls insecure: nobody checks that ${target.origin} is who it says; `,
  )
})

/** The serial number that a new connection is shown. */
async function serialOf(url: string, ca: string): Promise<string> {
  const { socket } = await connectRaw(url, { ca })
  const { serialNumber } = (socket as TLSSocket).getPeerX509Certificate()!
  socket.destroy()
  return serialNumber
}

async function said(proxy: Started, pattern: RegExp): Promise<void> {
  await expect.poll(() => proxy.stderr(), { interval: 20 }).toMatch(pattern)
}

test('SIGHUP has certificate and key read again, and no connection is dropped', async () => {
  const folder = emptyFolder()
  const origin = await startRawOrigin()
  const first = selfSigned('127.0.0.1', { serial: 11 })
  const second = selfSigned('127.0.0.1', { serial: 22 })
  const { cert, key } = written(folder, 'own', first)
  const files = ['--tls-cert', cert, '--tls-key', key]
  const proxy = await start([...plainProxy(origin.url), ...files])
  expect(proxy.url).toMatch(/^https:/)
  const old = await connectRaw(proxy.url, { ca: first.cert })
  old.write(GET)
  await old.until(/ok$/)

  writeFileSync(cert, second.cert)
  proxy.child.kill('SIGHUP')
  await said(
    proxy,
    /SIGHUP: .*cannot be used, the old ones stay in use: --tls-key: expected the key .*\n/,
  )
  expect(await serialOf(proxy.url, first.cert)).toBe('0B')

  writeFileSync(key, second.key)
  proxy.child.kill('SIGHUP')
  await said(
    proxy,
    /SIGHUP: new connections get the certificate 16 of CN=127\.0\.0\.1, valid until /,
  )
  expect(await serialOf(proxy.url, second.cert)).toBe('16')

  writeFileSync(cert, '')
  proxy.child.kill('SIGHUP')
  await said(proxy, /the old ones stay in use: --tls-cert: expected a PEM file .* holds none/)
  expect(await serialOf(proxy.url, second.cert)).toBe('16')

  old.write(GET)
  await old.until(/ok[^]*ok$/)
  expect(origin.requests.map(({ connection }) => connection)).toEqual([0, 0])
  const ended = await proxy.stop()
  expect(ended.code).toBe(0)
  expect(ended.stderr.trim().split('\n')).toHaveLength(3)
})

test('SIGHUP ends a proxy without certificates in order', async () => {
  const origin = await startRawOrigin()
  const proxy = await start(plainProxy(origin.url))
  expect(await proxy.stop('SIGHUP')).toMatchObject({ code: 0, signal: null, stderr: '' })
})

test('up speaks TLS too, and SIGHUP still makes its simulator forget', async () => {
  const folder = emptyFolder()
  const own = selfSigned('127.0.0.1')
  const { cert, key } = written(folder, 'own', own)
  const free = ['--listen', '--serve-listen', '--simulator-listen']
  const up = await start([
    ...['up', '--database-url', database, '--tls-cert', cert, '--tls-key', key],
    ...free.flatMap((flag) => [flag, '127.0.0.1:0']),
  ])
  const client = await connectRaw(up.url, { ca: own.cert })
  const health = async () => {
    const before = client.received().length
    client.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.until(new RegExp(`^[^]{${before},}"boot[^]*\\}\\s*$`))
    return /\{[^]*$/.exec(client.received().slice(before))![0]
  }
  const before = await health()
  up.child.kill('SIGHUP')
  await said(up, /SIGHUP: new connections get/)
  expect(await health()).not.toBe(before)
  expect(up.stdout()).toContain(`curl --insecure -X POST ${up.url}`)
  expect((await up.stop()).code).toBe(0)
})

test('what was recorded over TLS on both sides, with certificates of both, is replayed over it', async () => {
  const folder = emptyFolder()
  const [backend, own, us] = ['localhost', '127.0.0.1', 'us.test'].map((name) => selfSigned(name))
  const origin = await startSecureOrigin({ ...backend!, requestCert: true, ca: us!.cert })
  const files = { backend, own, us }
  const at = (name: keyof typeof files) => written(folder, name, files[name]!)
  const upstream = [
    ...['--upstream-ca', at('backend').cert],
    ...['--upstream-cert', at('us').cert, '--upstream-key', at('us').key],
  ]
  const common = ['--database-url', database, '--data-dir', folder, '--stream', 'secure']
  const proxy = await serving([
    ...['proxy', '--target', origin.target.origin, '--listen', '127.0.0.1:0', ...common],
    ...['--tls-cert', at('own').cert, '--tls-key', at('own').key, '--tls-client-ca', at('us').cert],
    ...upstream,
  ])
  const client = await connectRaw(proxy.url, { ca: own!.cert, ...us! })
  client.write('PUT /thing HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi')
  await client.until(/ok$/)
  client.socket.destroy()
  expect((await proxy.stop()).stderr).toBe('')
  const [entry] = await recordedEntries(useJournal(database), 'secure')
  expect(entry).toMatchObject({ target: '/thing', sender: { address: '127.0.0.1' } })

  const replay = (...more: string[]) =>
    injected(['replay', '--base-url', origin.target.origin, ...common, '--yes', '--json', ...more])
  expect(await replay(...upstream)).toMatchObject({ code: 0, stderr: expect.anything() as string })
  const refused = await replay()
  expect(refused.code).toBe(1)
  expect(refused.stdout).toContain('not delivered: self-signed certificate')
  const seen = { target: '/thing', serverName: 'localhost', client: 'CN=us.test' }
  expect(origin.seen).toEqual([seen, seen])
  const insecure = await replay('--upstream-tls', 'insecure', ...upstream.slice(2))
  expect(insecure).toMatchObject({ code: 0 })
  expect(insecure.stderr).toContain('WARNING: --upstream-tls insecure')
})

test('a probe asks only a backend that it may believe', async () => {
  const backend = selfSigned('localhost')
  const { target, seen } = await startSecureOrigin(backend)
  const { argv, now } = await doubtStage(database, [doubted('PUT', '/a')])
  const probing = [...argv, '--base-url', target.origin, '--probe', '{target}']
  const { code, stdout } = await injected(probing)
  expect({ code, seen }).toEqual({ code: 1, seen: [] })
  expect(stdout).toContain('no answer: self-signed certificate')
  const { cert } = written(emptyFolder(), 'backend', backend)
  expect((await injected([...probing, '--upstream-ca', cert])).code).toBe(0)
  expect(await now()).toEqual([['applied', 'applied', 'probe GET /a -> 200']])
})
