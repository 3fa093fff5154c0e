import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { FileItem } from '../journal/files/filed.ts'
import type { JournalFormat, ReadOptions } from '../journal/files/format.ts'
import { bytesOfFile } from '../journal/files/opening.ts'
import { parseKey } from '../journal/secrets.ts'
import type { Say } from '../telemetry/log.ts'
import type { Surroundings } from './command.ts'
import { formatNameOf, formatNames, loadFormat, type FormatName } from './file-formats.ts'
import { keysOf, type KeySettings } from './secret-key.ts'
import { settingsProblem, settingsTable, withDefault, type Settings } from './settings.ts'
import { oneOf, text } from './values.ts'

const fileKey = {
  expects: 'KEY (32 bytes, base64 or hex)',
  help: 'with which secrets are sealed in files; without it, those of the journal (see --secret-key)',
  parse: parseKey,
}

/** Of whatever writes a journal file. */
export const writingSettings = settingsTable({
  file: text('FILE', "the file; packed where its name ends with .gz; '-' is standard output"),
  format: {
    ...oneOf(formatNames('export'), 'its format'),
    fallbackText: 'by its name, or else reprise',
  },
  secrets: withDefault(
    oneOf(
      ['omit', 'sealed'],
      'what becomes of the values of secrets: left out, or encrypted with --file-key; they are never in ' +
        'a file in clear',
    ),
    'omit',
  ),
  'file-key': fileKey,
})

/** Of whatever reads one. */
export const readingSettings = settingsTable({
  format: {
    ...oneOf(formatNames('import'), 'its format'),
    fallbackText: 'by its name, or else reprise',
  },
  secrets: withDefault(
    oneOf(
      ['sealed', 'omit'],
      'what becomes of secrets that are sealed in it: opened with --file-key and sealed anew, or left out',
    ),
    'sealed',
  ),
  'file-key': fileKey,
  digests: withDefault(
    oneOf(
      ['check', 'ignore'],
      'whether it is held against its digests; ignore: also what was changed by hand, or merged, is taken',
    ),
    'check',
  ),
})

type ReadingSettings = Settings<typeof readingSettings>

/** The key with which a file is sealed; null: secrets are left out. Throws a Problem where there is none. */
export function writingKey(
  settings: Pick<Settings<typeof writingSettings>, 'secrets' | 'file-key'> & KeySettings,
  format: JournalFormat,
  say: Say,
): Buffer | null {
  if (settings.secrets === 'omit') return null
  if (format.secrets === 'left_out') {
    throw settingsProblem(['--secrets: expected omit, for this format cannot hold sealed ones'])
  }
  const key = settings['file-key'] ?? keysOf(settings, say)[0]
  if (key !== undefined) return key
  throw settingsProblem(['--file-key is missing: expected it with --secrets sealed'])
}

/** With which a file may have been sealed. */
export function readingKeys(
  settings: Pick<ReadingSettings, 'file-key'> & KeySettings,
  say: Say,
): readonly Buffer[] {
  const given = settings['file-key']
  return given === undefined ? keysOf(settings, say) : [given]
}

/**
 * The same where the journal is one to work in: the key that it made for itself opens nothing of a file that
 * was sealed elsewhere.
 */
export function keysGiven(
  settings: Pick<ReadingSettings, 'file-key'> & Pick<KeySettings, 'secret-key' | 'old-secret-keys'>,
): readonly Buffer[] {
  const given = [settings['file-key'], settings['secret-key'], ...settings['old-secret-keys']]
  return given.filter((key) => key !== undefined)
}

/** A file that can be gone through as often as is needed. */
export interface JournalFile {
  name: string
  /** Whether its secrets are sealed, once it was read. */
  readonly isSealed: boolean
  read(): AsyncIterable<FileItem>
  close(): Promise<void>
}

/** Where a file is, and what messages call it. */
export interface PlacedFile {
  name: string
  place: string
  close(): Promise<void>
}

/** A file, or what is piped in (`-`), which is kept on the disk meanwhile. */
export async function placeFile(
  file: string,
  { stdin }: Pick<Surroundings, 'stdin'>,
): Promise<PlacedFile> {
  if (file !== '-') return { name: file, place: file, close: async () => {} }
  const place = await keptInput(stdin)
  return { name: 'standard input', place, close: () => rm(place, { force: true }) }
}

/** Opens a file that may be sealed with one of the keys, or what is piped in. */
export async function openFile(
  file: string,
  settings: ReadingSettings,
  keys: readonly Buffer[],
  surroundings: Pick<Surroundings, 'stdin'>,
): Promise<JournalFile> {
  return openPlaced(await placeFile(file, surroundings), settings, keys)
}

/** The same of one whose place is known. */
export async function openPlaced(
  file: PlacedFile,
  settings: ReadingSettings,
  keys: readonly Buffer[],
): Promise<JournalFile> {
  const { name, place } = file
  const format = await readableFormat(formatNameOf(name, settings.format))
  const options: ReadOptions = {
    name,
    keys,
    unopened: settings.secrets === 'omit' ? 'leave_out' : 'refuse',
    digests: settings.digests,
  }
  let isSealed = false
  const onSecrets = (how: JournalFormat['secrets']) => (isSealed = how === 'sealed')
  return {
    name,
    get isSealed() {
      return isSealed
    },
    read: () => format.read!(bytesOfFile(place), { ...options, onSecrets }),
    close: () => file.close(),
  }
}

async function readableFormat(name: FormatName): Promise<JournalFormat> {
  const format = await loadFormat(name)
  if (format.read !== undefined) return format
  const expected = formatNames('import').join('|')
  throw settingsProblem([
    `--format: expected one of ${expected}, got '${name}', which is only written`,
  ])
}

async function keptInput(stdin: Readable): Promise<string> {
  const place = join(tmpdir(), `reprise-input-${randomUUID()}`)
  try {
    await pipeline(stdin, createWriteStream(place, { mode: 0o600 }))
  } catch (error) {
    await rm(place, { force: true })
    throw error
  }
  return place
}
