import { appendFileSync, readFileSync } from 'node:fs'

/** What came of one case with one subject. */
export interface Outcome {
  subject: string
  section: string
  name: string
  /** Why the case failed; null where it passed. */
  failure: string | null
}

/** Of a subject that could not be had. */
export interface Missing {
  subject: string
  missing: string
}

export function noteOutcome(file: string, outcome: Outcome | Missing): void {
  appendFileSync(file, `${JSON.stringify(outcome)}\n`)
}

/** How many each passed and, where `whole` asks for it, the table of who fails what, as Markdown. */
export function drawTable(file: string, whole: boolean): string {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  if (lines.length === 0) return ''
  const notes = lines.map((line) => JSON.parse(line) as Outcome | Missing)
  const outcomes = notes.filter((note) => 'section' in note)
  const missing = notes.filter((note) => 'missing' in note)
  const subjects = [...new Set(outcomes.map(({ subject }) => subject))].toSorted()
  const counts = subjects.map((subject) => {
    const own = outcomes.filter((outcome) => outcome.subject === subject)
    const failed = own.filter(({ failure }) => failure !== null).length
    return `| ${subject} | ${own.length} | ${own.length - failed} | ${failed} |`
  })
  return [
    '| subject | cases | passed | failed |',
    '|---|---:|---:|---:|',
    ...counts,
    ...missing.map(({ subject }) => `| ${subject} | MISSING | | |`),
    '',
    ...(whole ? failures(subjects, outcomes) : []),
    ...missing.map(({ subject, missing }) => `THE CONTROL GROUP IS WITHOUT ${subject}: ${missing}`),
  ].join('\n')
}

function failures(subjects: readonly string[], outcomes: readonly Outcome[]): string[] {
  const failed = outcomes.filter(({ failure }) => failure !== null)
  if (failed.length === 0) return []
  const failing = subjects.filter((name) => failed.some(({ subject }) => subject === name))
  const rows = [...new Set(failed.map(({ section, name }) => `${section} | ${name}`))]
  const cell = (row: string, subject: string) =>
    failed.some((one) => one.subject === subject && `${one.section} | ${one.name}` === row)
      ? 'fails'
      : ''
  return [
    `| section | case | ${failing.join(' | ')} |`,
    `|---|---|${'---|'.repeat(failing.length)}`,
    ...rows.map((row) => `| ${row} | ${failing.map((name) => cell(row, name)).join(' | ')} |`),
    '',
  ]
}
