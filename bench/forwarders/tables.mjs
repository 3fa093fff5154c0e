// The report as Markdown.

const row = (cells) => `| ${cells.join(' | ')} |`
const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

function cell({ holds, saw }) {
  const detail = saw === '' ? '' : `: ${saw}`
  return holds ? `yes${detail}` : `**no**${detail}`
}

export function casesTable(cases, columns) {
  const names = Object.keys(columns)
  const rows = cases.map(({ id, name }) => [
    `${id}. ${name}`,
    ...names.map((column) => cell(columns[column][id])),
  ])
  const kept = names.map(
    (column) => Object.values(columns[column]).filter(({ holds }) => holds).length,
  )
  rows.push([`of ${cases.length}`, ...kept.map(String)])
  return table(['case', ...names], rows)
}

export function speedTable(speed) {
  const head = ['engine', 'requests/s', 'ratio', 'CPU s per 1,000', 'ratio', 'core used']
  const rows = Object.entries(speed).map(([name, one]) => [
    name,
    Math.round(one.perSecond).toLocaleString('en'),
    one.perSecondRatio.toFixed(2),
    one.cpuPerThousand?.toFixed(4) ?? '-',
    one.cpuRatio?.toFixed(2) ?? '-',
    one.cpuPerThousand ? `${Math.round((one.cpuPerThousand * one.perSecond) / 10)} %` : '-',
  ])
  return table(head, rows)
}
