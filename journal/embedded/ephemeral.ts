import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { openEmbedded, type EmbeddedServer } from './server.ts'

export interface EphemeralServer extends EmbeddedServer {
  /** Made for it, and removed with it. */
  dataDir: string
}

/**
 * A PostgreSQL for as long as this process wants it, in an empty folder of its own: for tests, so nothing of
 * it is synced to the disk. Whatever becomes of this process, by kill -9 too, the server ends and the folder
 * goes: see `Guard`.
 */
export async function openEphemeral(): Promise<EphemeralServer> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-'))
  // As root PostgreSQL runs as somebody else, who must come through.
  if (process.getuid?.() === 0) chmodSync(folder, 0o711)
  const guard = guardOf(folder)
  const remove = async () => {
    rmSync(folder, { recursive: true, force: true })
    await guard.leave()
  }
  try {
    const server = await openEmbedded({ dataDir: folder, settings: UNSYNCED })
    const close = async () => {
      await server.close()
      await remove()
    }
    return { url: server.url, dataDir: folder, close }
  } catch (error) {
    await remove()
    throw error
  }
}

const UNSYNCED = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/**
 * A shell that waits for the end of its input, which comes when this process lets go of it or is no more:
 * nothing has to be asked of the process itself, no handler of signals or of its exit. Then it stops the
 * server of the folder and removes it. Where there is no shell (Windows) nobody does.
 */
interface Guard {
  leave(): Promise<void>
}

function guardOf(folder: string): Guard {
  if (process.platform === 'win32') return { leave: async () => {} }
  // A session of its own: a Ctrl-C on the terminal is not meant for it.
  const shell = spawn('/bin/sh', ['-c', GUARD, 'reprise-guard', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const ended = once(shell, 'close').catch(() => {})
  shell.stdin.on('error', () => {})
  keepNobody(shell)
  return {
    async leave() {
      shell.ref()
      shell.stdin.end()
      await ended
    },
  }
}

/** It is no reason for this process to go on. */
function keepNobody(shell: ChildProcess): void {
  shell.unref()
  const input = shell.stdin as Writable & { unref?: () => void }
  input.unref?.()
}

const GUARD = `
cat >/dev/null
pid=$(head -n 1 "$1/pg/postmaster.pid" 2>/dev/null) && kill -INT "$pid" && {
  n=0
  while kill -0 "$pid" 2>/dev/null && [ "$n" -lt 300 ]; do sleep 0.1; n=$((n + 1)); done
}
rm -rf "$1"
`
