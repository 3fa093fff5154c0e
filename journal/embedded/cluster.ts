import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { makeFolder } from '../folder.ts'
import { Problem, codeOf, messageOf } from '../problem.ts'
import type { Account } from './account.ts'
import type { Binaries } from './binaries.ts'
import { isAlive } from './pid-file.ts'

/** Where the files of a data directory are. */
export interface Place {
  dataDir: string
  cluster: string
  pidFile: string
  log: string
}

/** Makes the data directory if it is missing. */
export function layOut(dataDir: string): Place {
  const root = resolve(dataDir)
  try {
    makeFolder(root)
  } catch (error) {
    throw new Problem(
      'embedded_unavailable',
      `cannot make the data directory: ${messageOf(error)}`,
      {
        source: 'user',
        hint: 'name another with --data-dir, or set DATABASE_URL',
        cause: error,
      },
    )
  }
  return {
    dataDir: root,
    cluster: join(root, 'pg'),
    pidFile: join(root, 'pg', 'postmaster.pid'),
    log: join(root, 'postgres.log'),
  }
}

/**
 * Makes the cluster if there is none: beside its place, then renamed into it, so that a kill
 * leaves no half-made cluster and of two that start at once one wins.
 */
export async function makeCluster(
  place: Place,
  binaries: Binaries,
  account: Account,
): Promise<void> {
  const made = madeBy(place)
  if (made === binaries.major) return
  if (made !== undefined) {
    throw new Problem(
      'embedded_unavailable',
      `${place.cluster} was made by PostgreSQL ${made}, this is ${binaries.major}`,
      { source: 'user', hint: 'move the data directory away, or name another with --data-dir' },
    )
  }
  const draft = join(place.dataDir, `pg.new-${process.pid}-${randomBytes(3).toString('hex')}`)
  const passwordFile = join(draft, 'password')
  try {
    removeAbandonedDrafts(place)
    mkdirSync(join(draft, 'pg'), { recursive: true, mode: 0o700 })
    writeFileSync(passwordFile, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 })
    for (const path of [draft, join(draft, 'pg'), passwordFile]) account.own(path)
    const { file, args, options } = account.command(binaries.initdb, [
      ...['-D', join(draft, 'pg'), '-U', 'reprise', '-A', 'scram-sha-256', '-E', 'UTF8'],
      ...['--locale=C', '--no-instructions', `--pwfile=${passwordFile}`],
    ])
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    const output = collect(child)
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new Error(`initdb ended with ${code}: ${lastLines(output.join(''))}`)
    // The password is kept inside the cluster, so that the two can only appear together.
    renameSync(passwordFile, join(draft, 'pg', 'reprise.password'))
    renameSync(join(draft, 'pg'), place.cluster)
  } catch (error) {
    if (madeBy(place) === binaries.major) return
    throw new Problem('embedded_unavailable', `cannot make a cluster: ${messageOf(error)}`, {
      source: 'user',
      hint: /could not look up effective user/.test(messageOf(error))
        ? 'PostgreSQL needs a user with a name: give the user id one in /etc/passwd, or set DATABASE_URL'
        : 'see that the data directory can be written, or name another with --data-dir',
      cause: error,
    })
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** What a killed process left of a cluster that it was making. */
function removeAbandonedDrafts(place: Place): void {
  for (const name of readdirSync(place.dataDir)) {
    const pid = /^pg\.new-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    rmSync(join(place.dataDir, name), { recursive: true, force: true })
  }
}

/** The major version that made the cluster, or undefined if there is none. */
function madeBy(place: Place): string | undefined {
  try {
    return readFileSync(join(place.cluster, 'PG_VERSION'), 'utf8').trim()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new Problem('embedded_unavailable', `cannot read the cluster: ${messageOf(error)}`, {
      source: 'user',
      hint: 'run as the user who made it, or name another data directory with --data-dir',
      cause: error,
    })
  }
}

/** Of the server's only role, which owns it; from the cluster's own password file. */
export function urlOf(place: Place, port: number, database: string): string {
  const password = readFileSync(join(place.cluster, 'reprise.password'), 'utf8').trim()
  // Without TLS, whatever PGSSLMODE is set to for other servers.
  return `postgres://reprise:${password}@127.0.0.1:${port}/${database}?sslmode=disable`
}

function collect(child: ChildProcess): string[] {
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => output.push(text))
  }
  child.once('error', (error) => {
    output.push(messageOf(error))
    child.emit('close', null)
  })
  return output
}

/** The end of a program's output, in one line. */
function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' | ')
}
