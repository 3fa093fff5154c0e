import { execFile } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { startBackend } from './backend.ts'
import { debianProgram } from './debian-program.ts'
import { restored } from './restored.ts'

const database = await createDatabase()

/** Asks as its own client does: without a session first, then with the one that the refusal named. */
async function rpc(url: string, method: string, args: object): Promise<unknown> {
  const ask = (session: string) =>
    fetch(`${url}/transmission/rpc`, {
      method: 'POST',
      headers: { 'X-Transmission-Session-Id': session },
      body: JSON.stringify({ method, arguments: args }),
    })
  const refused = await ask('')
  const answer = await ask(refused.headers.get('x-transmission-session-id') ?? '')
  return ((await answer.json()) as { arguments: unknown }).arguments
}

async function stateOf(url: string): Promise<unknown> {
  const fields = ['hashString', 'labels', 'bandwidthPriority', 'downloadLimit', 'seedRatioLimit']
  const { torrents } = (await rpc(url, 'torrent-get', { fields })) as {
    torrents: { hashString: string }[]
  }
  const session = (await rpc(url, 'session-get', {})) as Record<string, unknown>
  const kept = ['alt-speed-down', 'speed-limit-up', 'peer-limit-global', 'download-queue-size']
  return {
    torrents: torrents.toSorted((a, b) => (a.hashString < b.hashString ? -1 : 1)),
    session: Object.fromEntries(kept.map((name) => [name, session[name]])),
  }
}

async function drive(url: string, remote: string): Promise<void> {
  const tool = (...args: string[]) => promisify(execFile)(remote, [new URL(url).host, ...args])
  await tool('--alt-speed-downlimit', '17', '--uplimit', '23', '--peers', '99')
  for (let n = 1; n <= 6; n++) {
    await tool('--add', `magnet:?xt=urn:btih:${n.toString(16).repeat(40)}&dn=thing-${n}`)
    await tool('--torrent', String(n), '--labels', `kept,n${n}`, '--bandwidth-high')
  }
  await tool('--torrent', '3', '--downlimit', '3')
  await tool('--torrent', '2', '--remove')
}

test('transmission: what its remote control did is there again, though every session has another name', async () => {
  const daemon = debianProgram('transmission-daemon')
  const remote = debianProgram('transmission-cli', 'transmission-remote')
  const folder = emptyFolder()
  await restored({
    ...{ database, stream: 'torrents', state: stateOf },
    drive: (url) => drive(url, remote),
    async begin(port) {
      await rm(folder, { recursive: true, force: true })
      await mkdir(folder)
      const command = (at: number) =>
        [
          ...[daemon, '--foreground', '--config-dir', join(folder, 'config'), '--no-auth'],
          ...['--port', String(at), '--rpc-bind-address', '127.0.0.1', '--no-portmap', '--no-dht'],
          ...['--download-dir', folder, '--allowed', '127.0.0.1'],
        ] as unknown as [string]
      return startBackend(command, { ready: '/transmission/rpc', ...(port && { port }) })
    },
  })
})
