import type { TestCase, TestSums } from './test-case.ts'

/** What a build tells of itself, besides its cases. */
export interface Tested {
  /** The journal file. */
  source: string
  sums: TestSums
  /** The first of those that are not as recorded. */
  troubles: readonly TestCase[]
  /** Why it did not come to its end; null: it did. */
  ended: string | null
  /** Answers that were accepted; null: that was not asked for. */
  accepted: number | null
}

/** A summary in Markdown, as GitHub shows it below a job. */
export function markdownSummary(tested: Tested): string {
  const { source, sums, troubles, ended, accepted } = tested
  const { same, differs, error, skipped, seconds } = sums
  const lines = [
    `### reprise: ${verdictWords(tested)}`,
    '',
    `${code(source)}, ${seconds.toFixed(1)} s`,
    '',
    '| as recorded | differs | failed | skipped |',
    '|---:|---:|---:|---:|',
    `| ${same} | ${differs} | ${error} | ${skipped} |`,
    '',
    ...(ended === null ? [] : ['**It did not come to its end:**', '', block(ended), '']),
    ...(accepted === null ? [] : [`${accepted} new answers were accepted.`, '']),
    ...troubles.flatMap(troubleLines),
  ]
  const left = differs + error - troubles.length
  return `${[...lines, ...(left > 0 ? [`and ${left} more`, ''] : [])].join('\n')}\n`
}

export function verdictWords({ sums, ended }: Pick<Tested, 'sums' | 'ended'>): string {
  const { same, differs, error, skipped } = sums
  const all = same + differs + error + skipped
  if (ended !== null && all === 0) return 'nothing was tested'
  if (differs + error === 0 && ended === null) return `all ${all} answers are as recorded`
  const parts = [
    ...(differs === 0 ? [] : [`${differs} of ${all} answers differ`]),
    ...(error === 0 ? [] : [`${error} failed`]),
    ...(ended === null ? [] : ['stopped before its end']),
  ]
  return parts.join(', ')
}

/** Beyond it nobody reads on. */
const MOST_LINES = 20

function troubleLines({ name, line, detail, differences }: TestCase): string[] {
  const place = line === null ? '' : ` (line ${line})`
  const shown = differences.slice(0, MOST_LINES)
  const more = differences.length - shown.length
  return [
    `<details><summary>${code(name)}${place}: ${plain(detail ?? '')}</summary>`,
    '',
    ...(shown.length === 0 ? [] : shown.map((one) => `- ${code(one)}`)),
    ...(more === 0 ? [] : [`- and ${more} more`]),
    '',
    '</details>',
    '',
  ]
}

function code(text: string): string {
  return `<code>${plain(text)}</code>`
}

/** With its lines: what a command wrote before it ended is among them. */
function block(text: string): string {
  return `<pre>${plain(text)}</pre>`
}

/** As it stands, whatever Markdown or HTML would make of it. */
function plain(text: string): string {
  return text.replaceAll(/[&<>|`*_[\]\\~#\r\n]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
