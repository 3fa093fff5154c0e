import { actor } from '../cli/actor.ts'
import { exportStream } from '../cli/exporting.ts'
import { loadFormat } from '../cli/file-formats.ts'
import { writingKey, writingSettings } from '../cli/file-settings.ts'
import type { KeySettings } from '../cli/secret-key.ts'
import type { Journal } from '../journal/contract.ts'
import type { Secrets } from '../journal/secrets.ts'
import type { Say } from '../telemetry/log.ts'
import { entryFilter, type Filter } from './filter.ts'
import { readOptions, type Call } from './options.ts'

export interface ExportOptions {
  /** Default: all of the stream, and the last state that was kept of its backend. */
  readonly filter?: Filter | undefined
  /** What becomes of the values of secrets, which are never in a file in clear. Default: `omit`. */
  readonly secrets?: 'omit' | 'sealed' | undefined
  /** With which they are sealed: 32 bytes, base64 or hex. Default: the key of the journal. */
  readonly fileKey?: string | undefined
}

/** What a journal that is open knows of itself. */
export interface Exported {
  journal: Journal
  stream: string
  secrets: Secrets
  keys: KeySettings
  say: Say
}

/** Writes a journal file, as `reprise export` does; answers how many entries are in it. */
export async function exportFile(
  { journal, stream, secrets, keys, say }: Exported,
  file: string,
  { filter = {}, ...options }: ExportOptions = {},
): Promise<number> {
  const given = readOptions(CALL, options)
  const format = await loadFormat('reprise')
  return exportStream(journal, {
    ...{ stream, to: file, write: format.write!, names: secrets.names, say },
    filter: entryFilter(filter, stream, CALL.name),
    key: writingKey({ ...given, ...keys }, format, say),
    by: actor('program'),
    signal: new AbortController().signal,
  })
}

const table = { secrets: writingSettings.secrets, 'file-key': writingSettings['file-key'] }

const CALL: Call<typeof table> = {
  ...{ name: 'export', table, options: { secrets: 'secrets', fileKey: 'file-key' } },
  ...{ others: [], missing: () => ({}) },
}
