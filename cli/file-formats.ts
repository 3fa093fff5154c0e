import type { JournalFormat } from '../journal/files/format.ts'

export interface ListedFormat {
  /** One line: what it is, and what of an entry it holds. */
  summary: string
  /** Endings of file names by which it is known where no format is named, as `.har`; `.gz` may stand behind. */
  endings: readonly string[]
  /** Which ways it goes. */
  ways: readonly ('export' | 'import')[]
  /** Loaded only when it is asked for. */
  load: () => Promise<JournalFormat>
}

/** Every format of journal files by name. The first is the one that loses nothing. */
export const fileFormats = {
  reprise: {
    summary: 'all that a replay needs, as lines of JSON (docs/journal-files.md)',
    endings: ['.reprise.jsonl', '.jsonl'],
    ways: ['export', 'import'],
    load: async () => (await import('../journal/files/reprise/format.ts')).repriseFormat,
  },
} as const satisfies Readonly<Record<string, ListedFormat>>

export type FormatName = keyof typeof fileFormats

const LISTED: Readonly<Record<string, ListedFormat>> = fileFormats

/** The names of those that go one way. */
export function formatNames(way: 'export' | 'import'): FormatName[] {
  const names = Object.keys(fileFormats) as FormatName[]
  return names.filter((name) => LISTED[name]!.ways.includes(way))
}

/** The named one, or the one whose ending a file has, or else that of reprise itself. */
export function formatNameOf(file: string, named: FormatName | undefined): FormatName {
  if (named !== undefined) return named
  const plain = file.replace(/\.gz$/, '').toLowerCase()
  const known = Object.keys(fileFormats) as FormatName[]
  return (
    known.find((name) => LISTED[name]!.endings.some((ending) => plain.endsWith(ending))) ??
    'reprise'
  )
}

export function loadFormat(name: FormatName): Promise<JournalFormat> {
  return LISTED[name]!.load()
}

/**
 * The name of a file without its folder and its endings, the given ones too: what a stream made of it is
 * called.
 */
export function baseNameOf(file: string, more: readonly string[] = []): string {
  const plain = file.replace(/^.*[/\\]/, '').replace(/\.gz$/i, '')
  const endings = [...Object.values(LISTED).flatMap((format) => format.endings), ...more]
  const longest = endings
    .filter((ending) => plain.toLowerCase().endsWith(ending))
    .sort((one, other) => other.length - one.length)[0]
  return longest === undefined ? plain : plain.slice(0, -longest.length)
}

/** For the help of a command. */
export function formatsHelp(way: 'export' | 'import'): string {
  const width = Math.max(...formatNames(way).map((name) => name.length))
  const lines = formatNames(way).map(
    (name) => `  ${name.padEnd(width)}  ${fileFormats[name].summary}`,
  )
  return lines.join('\n')
}
