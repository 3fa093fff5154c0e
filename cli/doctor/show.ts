import { counted } from '../../replayer/show.ts'
import type { Finding } from './finding.ts'
import type { ShownSetting } from './settings.ts'

export interface Report {
  findings: readonly Finding[]
  settings: readonly ShownSetting[]
}

const RANK = ['ok', 'warning', 'problem'] as const

/** The worst of all. */
export function stateOf({ findings }: Pick<Report, 'findings'>): Finding['state'] {
  const worst = Math.max(0, ...findings.map(({ state }) => RANK.indexOf(state)))
  return RANK[worst]!
}

/** For a terminal: a line a finding, what to do below it, and what was set. */
export function reportText({ findings, settings }: Report): string {
  const area = Math.max(...findings.map(({ area }) => area.length))
  const lines = findings.flatMap(({ state, area: name, found, remedy }) => [
    `${state.padEnd(STATE)}  ${name.padEnd(area)}  ${found}`,
    ...(remedy === undefined ? [] : [`${' '.repeat(STATE + area + 4)}→ ${remedy}`]),
  ])
  const set = settings.filter(({ from }) => from !== 'default')
  const given = set.map(({ name, value, from }) => `  ${name} = ${value}   (${from})`)
  const rest =
    set.length === 0 ? 'nothing is set: all has its default' : 'set, all else by default:'
  return `${[...lines, '', rest, ...given, '', sumOf(findings)].join('\n')}\n`
}

const STATE = 'warning'.length

function sumOf(findings: readonly Finding[]): string {
  const of = (wanted: Finding['state']) => findings.filter(({ state }) => state === wanted).length
  const [problems, warnings] = [of('problem'), of('warning')]
  if (problems + warnings === 0) return 'nothing is wrong'
  return [
    ...(problems > 0 ? [counted(problems, 'problem', 'problems')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning', 'warnings')] : []),
  ].join(', ')
}
