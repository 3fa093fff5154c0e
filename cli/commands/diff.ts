import type { FiledEntry } from '../../journal/files/filed.ts'
import { compareEntries, listed, type EntryDifferences } from '../../replayer/ci/compare-entries.ts'
import { pairsOf, type Listed, type Pair } from '../../replayer/ci/pairing.ts'
import { differenceLines } from '../../replayer/compare/difference-view.ts'
import { printable } from '../../replayer/table.ts'
import { closedAfter, type Closing } from '../closing.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { compareSettings, readCompareRules, RULES_HELP } from '../compare-settings.ts'
import { databaseSettings, openedJournal } from '../database.ts'
import { diffedFile, diffedStream, streamIn, type Diffed } from '../diffed.ts'
import { openFile, readingSettings } from '../file-settings.ts'
import { filterOf, filterSettings, type FilterSettings } from '../filter-settings.ts'
import { printJson } from '../looking-settings.ts'
import { logger } from '../serving.ts'
import { settingsTable, withDefault, type Settings } from '../settings.ts'
import { count, oneOf, switchOn, text } from '../values.ts'

const { stream: _stream, ...filters } = filterSettings

const settings = settingsTable({
  a: text(
    'FILE or stream:NAME',
    "a journal file ('-': standard input), or a stream of the journal",
  ),
  b: text('FILE or stream:NAME', 'what it is held against'),
  ...filters,
  ...readingSettings,
  secrets: withDefault(
    oneOf(['omit', 'sealed'], 'sealed: values of secrets are compared too, opened with --file-key'),
    'omit',
  ),
  ...compareSettings,
  'max-differences': withDefault(count('of an entry so many are shown'), 20),
  json: switchOn('results as JSON on stdout'),
  ...databaseSettings,
})

type DiffSettings = Settings<typeof settings>

export const diffCommand = command({
  settings,
  words: ['a', 'b'],
  details: `
Tells which entries are only in one of two journal files or streams, and where the others differ: what was
asked, and what was answered, JSON by its structure, with the noise taken out that a replay takes out. Entries
belong together that are of the same recording; of two recordings those that asked for the same, in their
order. The settings that say which entries are of streams; files are compared as they are.
${RULES_HELP}

Exit codes: 0 they are the same, 1 they differ, 2 wrong settings, 4 a file cannot be used, or no PostgreSQL,
no such stream, nothing of it matches.

Examples:
  reprise diff shop.reprise.jsonl new.reprise.jsonl
  reprise diff shop.reprise.jsonl stream:shop --since 1d
  git show HEAD:shop.reprise.jsonl | reprise diff - shop.reprise.jsonl --json`,
  missing: ({ a, b }) => ({
    ...(a === undefined && { a: 'FILE or stream:NAME' }),
    ...(b === undefined && { b: 'FILE or stream:NAME' }),
    ...(a === '-' && b === '-' && { b: 'something else: standard input is A already' }),
  }),
  async run(given, surroundings) {
    const rules = await readCompareRules(given)
    return closedAfter(async (opened) => {
      const [a, b] = await sidesOf([given.a!, given.b!], given, surroundings, opened)
      const pairs = pairsOf(await listOf(a), await listOf(b))
      const found: Compared[] = []
      const changed = pairs.filter(isChanged)
      const compared = await compareAll(a, b, changed, (one, other) =>
        compareEntries(one, other, rules),
      )
      for (const pair of pairs) {
        if (pair.a === null || pair.b === null) found.push({ ...pair, differences: null })
        const differences = compared.get(pair)
        if (differences !== undefined && !isSame(differences)) found.push({ ...pair, differences })
      }
      tell(found, pairs.length, [a, b], given, surroundings)
      return found.length === 0 ? EXIT.ok : EXIT.failed
    })
  },
})

/** Both, and the journal that they are in, where one of them is a stream. */
async function sidesOf(
  named: readonly [string, string],
  given: DiffSettings,
  surroundings: Surroundings,
  opened: Closing,
): Promise<[Diffed, Diffed]> {
  const { signal } = surroundings
  const key = given.secrets === 'omit' ? undefined : given['file-key']
  const secrets = given.secrets === 'omit' ? 'left_out' : 'opened'
  const streams = named.map(streamIn)
  const of = streams.some((one) => one !== null)
    ? await openedJournal(given, signal, logger(surroundings, 'diff'), opened)
    : null
  const side = async (i: 0 | 1) => {
    const stream = streams[i]!
    if (stream !== null)
      return diffedStream(of!.journal, stream, filterOf(filtering(given)), secrets)
    const file = await openFile(named[i], given, key === undefined ? [] : [key], surroundings)
    opened.push(() => file.close())
    return diffedFile(file)
  }
  return [await side(0), await side(1)]
}

function filtering(given: DiffSettings): FilterSettings {
  return { ...given, stream: undefined }
}

/** `differences` is null where it is only in one of them. */
interface Compared extends Pair {
  differences: EntryDifferences | null
}

function isChanged({ a, b }: Pair): boolean {
  return a !== null && b !== null && a.digest !== b.digest
}

function isSame({ differences, unlisted }: EntryDifferences): boolean {
  return differences.length + unlisted === 0
}

async function listOf(file: Diffed): Promise<Listed[]> {
  const list: Listed[] = []
  for await (const item of file.read()) {
    if (item.kind === 'entry') list.push(listed(item.entry, item.line))
  }
  return list
}

/** Goes through both side by side; in memory is what waits for its partner. */
async function compareAll(
  a: Diffed,
  b: Diffed,
  pairs: readonly Pair[],
  compare: (a: FiledEntry, b: FiledEntry) => EntryDifferences,
): Promise<Map<Pair, EntryDifferences>> {
  const compared = new Map<Pair, EntryDifferences>()
  const wanted = new Map(pairs.map((pair) => [pair.a!.line, pair]))
  const ofA = entriesOf(a, new Set(wanted.keys()))
  const waiting = new Map<number, FiledEntry>()
  const byB = new Map(pairs.map((pair) => [pair.b!.line, pair]))
  for await (const [line, entry] of entriesOf(b, new Set(byB.keys()))) {
    const pair = byB.get(line)!
    while (!waiting.has(pair.a!.line)) {
      const next = await ofA.next()
      if (next.done === true) break
      waiting.set(...next.value)
    }
    const partner = waiting.get(pair.a!.line)
    waiting.delete(pair.a!.line)
    if (partner !== undefined) compared.set(pair, compare(partner, entry))
  }
  await ofA.return(undefined)
  return compared
}

async function* entriesOf(
  file: Diffed,
  lines: ReadonlySet<number>,
): AsyncGenerator<[line: number, entry: FiledEntry]> {
  for await (const item of file.read()) {
    if (item.kind === 'entry' && lines.has(item.line)) yield [item.line, item.entry]
  }
}

function tell(
  found: readonly Compared[],
  all: number,
  [ofA, ofB]: readonly [Diffed, Diffed],
  { json, 'max-differences': most }: DiffSettings,
  surroundings: Surroundings,
): void {
  const added = found.filter(({ a }) => a === null)
  const removed = found.filter(({ b }) => b === null)
  const changed = found.filter(({ differences }) => differences !== null)
  const same = all - found.length
  if (json) {
    const lone = (one: Listed, of: Diffed) => ({ ...of.place(one.line), request: one.name })
    printJson(surroundings, {
      added: added.map(({ b }) => lone(b!, ofB)),
      removed: removed.map(({ a }) => lone(a!, ofA)),
      changed: changed.map(({ a, b, differences }) => ({
        request: b!.name,
        ...named(ofA.place(a!.line), 'A'),
        ...named(ofB.place(b!.line), 'B'),
        ...differences!,
      })),
      same,
    })
    return
  }
  const { stdout } = surroundings
  const at = ({ line }: Listed, of: Diffed) => Object.entries(of.place(line))[0]!.join(' ')
  for (const { a, b, differences } of found) {
    if (a === null) stdout.write(printable(`+ ${b!.name} (${at(b!, ofB)} of B)`) + '\n')
    else if (b === null) stdout.write(printable(`- ${a.name} (${at(a, ofA)} of A)`) + '\n')
    else {
      const places = `${at(a, ofA)} of A, ${at(b, ofB)} of B`
      stdout.write(printable(`~ ${b.name} (${places})`) + '\n')
      for (const line of differenceLines({ ...differences!, explained: {} }, {}, most)) {
        stdout.write(`    ${line}\n`)
      }
    }
  }
  const sums = { added: added.length, removed: removed.length, changed: changed.length }
  const words = Object.entries(sums).map(([name, n]) => `${n} ${name}`)
  stdout.write(`${words.join(', ')}, ${same} the same\n`)
}

/** `{ line: 4 }` of A -> `{ lineA: 4 }` */
function named(place: object, side: 'A' | 'B'): Record<string, number> {
  return Object.fromEntries(Object.entries(place).map(([name, at]) => [`${name}${side}`, at]))
}
