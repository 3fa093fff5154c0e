import type { AliasReport, ToldAlias, ToldLeftAlone, ToldUse } from './alias-report.ts'
import { clip, printable, tableLines, type Column, type TableWidths } from './table.ts'

// The aliases of a run as text for a terminal, piece by piece.

const COLUMNS: readonly Column<ToldAlias>[] = [
  { title: 'number', value: ({ number }) => String(number), align: 'right' },
  { title: 'recorded', value: ({ secrecy, recorded }) => valueText(recorded, secrecy) },
  { title: 'came', value: ({ secrecy, came }) => valueText(came, secrecy) },
  { title: 'entry', value: ({ producer }) => String(producer.entry), align: 'right' },
  { title: 'request', value: ({ producer }) => `${producer.method} ${producer.path}` },
  { title: 'place', value: ({ producer }) => producer.place },
]

/** A line each. */
export async function* aliasTable(
  { aliases }: AliasReport,
  widths: TableWidths,
): AsyncGenerator<string> {
  for await (const { items, more } of aliases) {
    if (items.length > 0) yield lines(tableLines(COLUMNS, items, widths))
    if (more === 'some') yield MORE_ALIASES
  }
}

/** Each with its uses, and then what was left alone. */
export async function* aliasExplanation(
  { aliases, used, leftAlone }: AliasReport,
  { line = Infinity }: TableWidths,
): AsyncGenerator<string> {
  const shown = (texts: readonly string[]) => lines(texts.map((one) => clip(printable(one), line)))
  for await (const { items, more } of aliases) {
    yield items.map((alias) => shown(aliasLines(alias))).join('')
    if (more === 'some') yield MORE_ALIASES
  }
  yield shown(used.map(useLine))
  let isFirst = true
  for await (const { items, more } of leftAlone) {
    if (isFirst && items.length > 0) yield 'left alone\n'
    if (items.length > 0) isFirst = false
    yield shown(items.map(leftAloneLine))
    if (more === 'some') yield '  and more (--limit)\n'
  }
}

const MORE_ALIASES = 'and more (--limit, --after)\n'

function aliasLines({ number, secrecy, recorded, came, producer, ...rest }: ToldAlias): string[] {
  const { entry, method, path, place } = producer
  const { uses, moreUses } = rest
  return [
    `${number}: ${valueText(recorded, secrecy)} -> ${valueText(came, secrecy)}`,
    `  made by entry ${entry}: ${method} ${path}: ${place}`,
    ...uses.map((use) => `  used by entry ${use.entry}: ${use.place}`),
    ...(uses.length === 0 ? ['  not used'] : []),
    ...(moreUses === 0 ? [] : [`  and ${moreUses} more`]),
  ]
}

function useLine({ entry, place, value, producer, from }: ToldUse): string {
  const made = producer === 0 ? from : `made by entry ${producer}: ${from}`
  return `used by entry ${entry}: ${place}: ${valueText(value, value === null ? 'secret' : 'plain')} (${made})`
}

function leftAloneLine({ entry, place, value, why }: ToldLeftAlone): string {
  return `  entry ${entry}: ${place}: ${valueText(value, value === null ? 'secret' : 'plain')} (${why})`
}

/** Null of what is plain: the journal has no value of it. */
function valueText(value: string | null, secrecy: 'secret' | 'plain'): string {
  if (secrecy === 'secret') return '(a secret)'
  return value === null ? '(not kept)' : value === '' ? '(empty)' : clip(value, 200)
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('')
}
