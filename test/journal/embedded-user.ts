import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

const SERVER = new URL('../../dist/journal/embedded/server.js', import.meta.url).href

/** Opens the server, says so, and leaves it when its stdin ends. */
const PROGRAM = `
import { openEmbedded } from ${JSON.stringify(SERVER)}
try {
  const server = await openEmbedded({ dataDir: process.argv[1], settings: { fsync: 'off' } })
  console.log(JSON.stringify({ url: server.url }))
  process.stdin.resume().on('end', () => server.close())
} catch ({ code, message, hint }) {
  console.log(JSON.stringify({ problem: { code, message, hint } }))
}`

export interface EmbeddedUser {
  child: ChildProcess
  url: string
  /** Leaves the server in order. */
  leave(): Promise<void>
  /** Ends at once, as by kill -9. */
  kill(): Promise<void>
}

export interface Refusal {
  code: string
  message: string
  hint?: string
}

/** A process of its own that uses the embedded server of a data directory, or what it was told. */
export async function startUser(
  dataDir: string,
  account: { uid?: number; gid?: number } = {},
): Promise<EmbeddedUser | Refusal> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: '/',
    ...account,
  })
  const closed = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await closed
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const said = JSON.parse(line) as { url: string } | { problem: Refusal }
  if ('problem' in said) return said.problem
  return {
    child,
    url: said.url,
    async leave() {
      child.stdin.end()
      await closed
    },
    async kill() {
      child.kill('SIGKILL')
      await closed
    },
  }
}

/** The same where it must succeed. */
export async function openUser(
  dataDir: string,
  account: { uid?: number; gid?: number } = {},
): Promise<EmbeddedUser> {
  const user = await startUser(dataDir, account)
  if ('url' in user) return user
  throw new Error(`the server was not opened: ${JSON.stringify(user)}`)
}
