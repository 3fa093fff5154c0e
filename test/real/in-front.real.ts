import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { describeToken, hashOf, newToken } from '../../replayer/service/door/tokens.ts'
import { start } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { useJournal } from '../support/recorder.ts'
import { startRawOrigin } from '../support/raw-http.ts'
import { debianProgram } from './debian-program.ts'

// deploy/nginx in the real nginx, before a real proxy and a real service.

let nginx = ''
beforeAll(() => {
  nginx = debianProgram('nginx-light', 'nginx')
}, 300_000)

/** nginx with the file as it is, but for where it listens and what stands behind it; stopped after the test. */
async function startNginx(proxy: string, service: string): Promise<number> {
  const folder = emptyFolder()
  const port = await freePort()
  for (const name of ['client', 'proxy']) mkdirSync(join(folder, name))
  const file = readFileSync(join(import.meta.dirname, '../../deploy/nginx/reprise.conf'), 'utf8')
  const own = file
    .replaceAll('listen 80;', `listen 127.0.0.1:${port};`)
    .replace('server 127.0.0.1:8080;', `server ${new URL(proxy).host};`)
    .replace('server 127.0.0.1:8081;', `server ${new URL(service).host};`)
  expect(own).not.toMatch(/^ +(listen 80|server 127\.0\.0\.1:808)/m)
  writeFileSync(join(folder, 'reprise.conf'), own)
  writeFileSync(
    join(folder, 'nginx.conf'),
    `${process.getuid!() === 0 ? 'user root;' : ''}
daemon off; pid nginx.pid; error_log stderr notice; events { worker_connections 64; }
http { access_log off; client_body_temp_path client; proxy_temp_path proxy; fastcgi_temp_path proxy;
  uwsgi_temp_path proxy; scgi_temp_path proxy; include ${folder}/reprise.conf; }\n`,
  )
  const argv = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr']
  const child = spawn(nginx, argv, { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ended
  })
  await new Promise<void>((resolve, reject) => {
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('start worker process')) resolve()
    })
    void ended.then(() => reject(new Error(said)))
  })
  return port
}

/** As a client at another address of this machine. */
async function ask(port: number, options: http.RequestOptions, body = '') {
  const request = http.request({ host: '127.0.0.1', port, localAddress: '127.0.0.2', ...options })
  request.end(body)
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  response.resume()
  await once(response, 'end')
  return response.statusCode
}

test('the client that nginx saw is in the entry, whatever it claims, and the backend is told of it', async () => {
  const database = await createDatabase()
  const origin = await startRawOrigin()
  const url = ['--database-url', database, '--listen', '127.0.0.1:0', '--data-dir', emptyFolder()]
  const proxy = await start([
    ...['proxy', ...url, '--target', origin.url, '--trusted-proxies', '127.0.0.1'],
  ])
  const token = newToken()
  const known = describeToken({ name: 'alice', role: 'read', hash: hashOf(token) })
  const service = await start([
    ...['serve', ...url, '--tokens', known],
    ...['--allowed-hosts', 'reprise.example.com', '--serve-trusted-proxies', '127.0.0.1'],
  ])
  const port = await startNginx(proxy.url, service.url)

  const headers = {
    Host: 'shop.example.com',
    'X-Forwarded-For': '6.6.6.6',
    'X-Forwarded-Proto': 'https',
    Forwarded: 'for=6.6.6.6',
  }
  expect(await ask(port, { method: 'PUT', path: '/things/1?a=%2F', headers }, '{"a":1}')).toBe(200)
  const seen = origin.requests.at(-1)!
  expect(seen.target).toBe('/things/1?a=%2F')
  const fields = seen.fields.join('\n')
  expect(fields).toContain('Host\nshop.example.com')
  expect(fields).toContain('X-Forwarded-For\n127.0.0.2')
  expect(fields).not.toContain('6.6.6.6')
  const journal = useJournal(database)
  const entries = await journal.entries({ stream: 'default' }, { limit: 5, bytes: 1_000 })
  expect(entries).toMatchObject([{ method: 'PUT', sender: { address: '127.0.0.2' } }])

  const page = { Host: 'reprise.example.com' }
  expect(await ask(port, { path: '/api/streams', headers: page })).toBe(401)
  const named = { ...page, Authorization: `Bearer ${token}` }
  expect(await ask(port, { path: '/api/streams', headers: named })).toBe(200)
})
