import type { FiledEntry } from '../../journal/files/filed.ts'
import { compareEntries, listed, type EntryDifferences } from '../../replayer/ci/compare-entries.ts'
import { pairsOf, type Listed, type Pair } from '../../replayer/ci/pairing.ts'
import { differenceLines } from '../../replayer/compare/difference-view.ts'
import { printable } from '../../replayer/table.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { compareSettings, readCompareRules, RULES_HELP } from '../compare-settings.ts'
import { databaseSettings } from '../database.ts'
import { openFile, readingSettings, type JournalFile } from '../file-settings.ts'
import { printJson } from '../looking-settings.ts'
import { settingsTable, withDefault, type Settings } from '../settings.ts'
import { count, oneOf, switchOn, text } from '../values.ts'

const settings = settingsTable({
  a: text('FILE', 'a journal file'),
  b: text('FILE', 'another one'),
  ...readingSettings,
  secrets: withDefault(
    oneOf(['omit', 'sealed'], 'sealed: values of secrets are compared too, opened with --file-key'),
    'omit',
  ),
  ...compareSettings,
  'max-differences': withDefault(count('of an entry so many are shown'), 20),
  json: switchOn('results as JSON on stdout'),
  'secret-headers': databaseSettings['secret-headers'],
  'secret-fields': databaseSettings['secret-fields'],
})

type DiffSettings = Settings<typeof settings>

export const diffCommand = command({
  settings,
  words: ['a', 'b'],
  details: `
Tells which entries are only in one of two journal files, and where the others differ: what was asked, and what
was answered, JSON by its structure, with the noise taken out that a replay takes out. Entries belong together
that are of the same recording; of two recordings those that asked for the same, in their order.
${RULES_HELP}

Exit codes: 0 they are the same, 1 they differ, 2 wrong settings, 4 a file cannot be used.

Examples:
  reprise diff shop.reprise.jsonl new.reprise.jsonl
  git show HEAD:shop.reprise.jsonl > before.jsonl && reprise diff before.jsonl shop.reprise.jsonl --json`,
  missing: ({ a, b }) => ({
    ...(a === undefined && { a: 'FILE' }),
    ...(b === undefined && { b: 'FILE' }),
  }),
  async run(given, surroundings) {
    const rules = await readCompareRules(given)
    const keys = given['file-key'] === undefined ? [] : [given['file-key']]
    const open = (file: string) => openFile(file, given, keys, surroundings)
    const [a, b] = [await open(given.a!), await open(given.b!)]
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
    tell(found, pairs.length, given, surroundings)
    await Promise.all([a.close(), b.close()])
    return found.length === 0 ? EXIT.ok : EXIT.failed
  },
})

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

async function listOf(file: JournalFile): Promise<Listed[]> {
  const list: Listed[] = []
  for await (const item of file.read()) {
    if (item.kind === 'entry') list.push(listed(item.entry, item.line))
  }
  return list
}

/** Goes through both files side by side; in memory is what waits for its partner. */
async function compareAll(
  a: JournalFile,
  b: JournalFile,
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
  file: JournalFile,
  lines: ReadonlySet<number>,
): AsyncGenerator<[line: number, entry: FiledEntry]> {
  for await (const item of file.read()) {
    if (item.kind === 'entry' && lines.has(item.line)) yield [item.line, item.entry]
  }
}

function tell(
  found: readonly Compared[],
  all: number,
  { json, 'max-differences': most }: DiffSettings,
  surroundings: Surroundings,
): void {
  const added = found.filter(({ a }) => a === null)
  const removed = found.filter(({ b }) => b === null)
  const changed = found.filter(({ differences }) => differences !== null)
  const same = all - found.length
  if (json) {
    const lone = (one: Listed) => ({ line: one.line, request: one.name })
    printJson(surroundings, {
      added: added.map(({ b }) => lone(b!)),
      removed: removed.map(({ a }) => lone(a!)),
      changed: changed.map(({ a, b, differences }) => ({
        ...{ request: b!.name, lineA: a!.line, lineB: b!.line },
        ...differences!,
      })),
      same,
    })
    return
  }
  const { stdout } = surroundings
  for (const { a, b, differences } of found) {
    if (a === null) stdout.write(printable(`+ ${b!.name} (line ${b!.line} of B)`) + '\n')
    else if (b === null) stdout.write(printable(`- ${a.name} (line ${a.line} of A)`) + '\n')
    else {
      stdout.write(printable(`~ ${b.name} (line ${a.line} of A, ${b.line} of B)`) + '\n')
      for (const line of differenceLines({ ...differences!, explained: {} }, {}, most)) {
        stdout.write(`    ${line}\n`)
      }
    }
  }
  const sums = { added: added.length, removed: removed.length, changed: changed.length }
  const words = Object.entries(sums).map(([name, n]) => `${n} ${name}`)
  stdout.write(`${words.join(', ')}, ${same} the same\n`)
}
