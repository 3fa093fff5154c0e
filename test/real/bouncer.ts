import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { freePort } from '../support/free-port.ts'

export interface Bouncer {
  /** The given database, through the pooler. */
  url: string
  port: number
  stop(signal: NodeJS.Signals): Promise<void>
}

/** PgBouncer in transaction mode before a database; `port` 0 takes a free one. */
export async function startBouncer(program: string, database: string, port = 0): Promise<Bouncer> {
  const { hostname, port: serverPort, username, password, pathname } = new URL(database)
  const listen = port === 0 ? await freePort() : port
  const folder = await mkdtemp(join(tmpdir(), 'reprise-bouncer-'))
  await chmod(folder, 0o755)
  const config = join(folder, 'pgbouncer.ini')
  await writeFile(
    config,
    `[databases]
* = host=${hostname} port=${serverPort} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
`,
  )
  // It does not run as root.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const child = spawn(program, [...user, config], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
    await rm(folder, { recursive: true, force: true })
  })
  await new Promise<void>((resolve, reject) => {
    let log = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text
      if (/process up/.test(log)) resolve()
    })
    ended.then(() => reject(new Error(`PgBouncer did not start: ${log}`)), reject)
  })
  return {
    url: `postgres://somebody@127.0.0.1:${listen}${pathname}`,
    port: listen,
    async stop(signal) {
      child.kill(signal)
      await ended
    },
  }
}
