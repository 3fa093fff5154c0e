import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProxyProcess } from '../faults/support/proxy-process.ts'
import type { Subject } from './stand.ts'

/** How reprise is run: recording may make no difference. */
export const MODES = ['off', 'commit', 'intent'] as const
export type Mode = (typeof MODES)[number]

/** Reads too: what is recorded takes another way through the proxy than what is not. */
const METHODS = 'GET,HEAD,OPTIONS,TRACE,POST,PUT,PATCH,DELETE,PURGE,PROPFIND,MKCOL,M-SEARCH'

/** A proxy of the build, with all that goes through it recorded in that database. */
export async function startReprise(
  mode: Mode,
  target: string,
  database: string,
  flags: readonly string[] = [],
): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-conformance-'))
  const recording = [
    ...['--durability', mode, '--stream', 'conformance', '--database-url', database],
    ...['--record-methods', METHODS, '--record-statuses', '100-599', '--opt-out-parameter', 'none'],
  ]
  const proxy = await ProxyProcess.start([
    ...['--target', target, '--listen', '127.0.0.1:0'],
    ...['--data-dir', folder, '--spool-dir', join(folder, 'spool')],
    ...(mode === 'off' ? ['--recording', 'off'] : recording),
    ...flags,
  ])
  return {
    url: proxy.url,
    async stop() {
      await proxy.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
