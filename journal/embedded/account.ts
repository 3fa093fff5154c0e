import { spawnSync } from 'node:child_process'
import { chownSync, readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Problem, messageOf } from '../problem.ts'

/** How to start a program so that PostgreSQL accepts it: it refuses to run as root. */
export interface Account {
  /** Gives a folder to the account. */
  own(folder: string): void
  /** The command line that runs `program` under the account, with its spawn options. */
  command(program: string, args: readonly string[]): Command
}

export interface Command {
  file: string
  args: string[]
  options: { uid?: number; gid?: number }
}

/**
 * The account for this process: itself, unless it is root; then `nobody`, which is there on every
 * Unix, so that nothing has to be added to the system.
 *
 * A cluster that is there already stays with whoever has it: PostgreSQL runs as its owner only.
 *
 * The account must be able to reach `paths`. Below a folder that is closed to others (a home of mode
 * 0700, a mkdtemp folder) it cannot; there the program is started by util-linux's setpriv, as
 * nobody but with root's right to pass closed folders (CAP_DAC_OVERRIDE). PostgreSQL then still
 * sees a user that is not root, and the data stays where it was asked for.
 */
export function accountFor(paths: readonly string[], cluster: string): Account {
  if (process.platform === 'win32' || process.getuid?.() !== 0) {
    return { own: () => {}, command: (file, args) => ({ file, args: [...args], options: {} }) }
  }
  const { uid, gid } = ownerOf(cluster) ?? nobody()
  const own = (folder: string) => chownSync(folder, uid, gid)
  const closed = paths.map(closedAncestor).find((folder) => folder !== undefined)
  if (closed === undefined) {
    return { own, command: (file, args) => ({ file, args: [...args], options: { uid, gid } }) }
  }
  const setpriv = spawnSync('setpriv', ['--version'])
  if (setpriv.error !== undefined) {
    throw new Problem(
      'embedded_unavailable',
      `PostgreSQL does not run as root, and its account cannot pass ${closed}`,
      {
        source: 'user',
        hint: `run reprise as a normal user, or 'chmod o+x ${closed}', or set DATABASE_URL`,
        cause: setpriv.error,
      },
    )
  }
  const privileges = [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    // Without it access(2) would answer as if the capability were not there.
    '--securebits=+no_setuid_fixup',
  ]
  return {
    own,
    command: (file, args) => ({
      file: 'setpriv',
      args: [...privileges, file, ...args],
      options: {},
    }),
  }
}

/** Who has a folder, if it is there and not root's. */
function ownerOf(folder: string): { uid: number; gid: number } | undefined {
  const found = statSync(folder, { throwIfNoEntry: false })
  return found === undefined || found.uid === 0 ? undefined : { uid: found.uid, gid: found.gid }
}

function nobody(): { uid: number; gid: number } {
  try {
    const line = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))
    if (line) return { uid: Number(line[1]), gid: Number(line[2]) }
    throw new Error('/etc/passwd has no user nobody')
  } catch (error) {
    throw new Problem(
      'embedded_unavailable',
      `PostgreSQL does not run as root: ${messageOf(error)}`,
      {
        source: 'user',
        hint: 'run reprise as a normal user, or set DATABASE_URL',
        cause: error,
      },
    )
  }
}

/** The nearest folder on the way to a path that others may not pass, or undefined. */
function closedAncestor(path: string): string | undefined {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return folder
    if (folder === dirname(folder)) return undefined
  }
}
