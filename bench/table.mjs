// Figures as Markdown.

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |\n`
  return [head, head.map(() => '---'), ...rows].map(line).join('')
}

export const number = (value, digits) =>
  value?.toLocaleString('en', { maximumFractionDigits: digits }) ?? '-'

const ratio = (one) =>
  one === undefined
    ? '-'
    : `${number(one.median, 2)} (${number(one.least, 2)}-${number(one.most, 2)})`

/** `{ title, connections, uploaded, rows }` as a table with what must be known to read it. */
export function comparisonTable({ title, connections, uploaded, rows }) {
  const notes = rows.flatMap(({ name, notes }) => notes.map((note) => `- ${name}: ${note}\n`))
  const body = uploaded
    ? table(uploadHead, rows.map(uploadCells))
    : table(requestHead, rows.map(requestCells))
  const over = uploaded ? '1 connection' : `${connections} connections`
  return `### ${title}, ${over}\n\n${body}${notes.length > 0 ? '\n' : ''}${notes.join('')}`
}

const requestHead = [
  ...['', 'requests/s', 'to off', 'p50 ms', 'p99 ms', 'p99.9 ms'],
  ...['CPU s per 1,000', 'per CPU second', 'to off', 'peak MB', 'kept'],
]

const requestCells = (row) => [
  ...[row.name, number(row.rate, 0), ratio(row.toOff)],
  ...[number(row.p50, 2), number(row.p99, 2), number(row.p999, 2)],
  ...[cpu(row, 3), number(row.perCpuSecond, 0), ratio(row.cpuToOff)],
  ...[number(row.peakMegabytes, 0), kept(row)],
]

const uploadHead = ['', 'MB/s', 'to off', 'CPU s per GB', 'peak MB', 'kept']

const uploadCells = (row) => [
  ...[row.name, number(row.rate, 0), ratio(row.toOff), cpu(row, 2)],
  ...[number(row.peakMegabytes, 0), kept(row)],
]

/** Its own, and that of PostgreSQL where it stores. */
const cpu = (row, digits) =>
  row.storeCpu === undefined
    ? number(row.cpu, digits)
    : `${number(row.cpu, digits)} + ${number(row.storeCpu, digits)}`

/** Rounded down, since 100 % is said of nothing less; what was kept and never answered is no more. */
const kept = ({ recorded, answered }) =>
  recorded === undefined
    ? '-'
    : `${number(Math.floor(Math.min(recorded / answered, 1) * 1000) / 10, 1)} %`
