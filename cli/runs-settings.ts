import { RUN_STATES, type RunFilter } from '../journal/runs.ts'
import type { Missing } from './command.ts'
import { databaseSettings } from './database.ts'
import { listOf, settingsTable, withDefault, type Settings } from './settings.ts'
import { count, countBetween, moment, oneOf, switchOn, text } from './values.ts'

export const runsSettings = settingsTable({
  run: count('only this one, with what came of its requests; the word RUN is the same'),
  against: count('where RUN and this run of the same stream came out differently, entry by entry'),
  by: withDefault(
    oneOf(['outcome', 'any'], 'with --against: other outcomes; any: other statuses and bodies too'),
    'outcome',
  ),
  after: count(
    'of one run: only what stands behind this position; with --against, behind this entry',
  ),
  watch: switchOn('of one run: how it goes on, until it has ended; with --json a line a change'),
  pause: switchOn('let RUN stand still, whoever drives it: what is under way comes to its end'),
  continue: switchOn('let it go on'),
  stop: switchOn('end it: what is under way is given up, and in doubt; it can be resumed'),
  entry: count('what came of this entry in all runs, the newest first'),
  stream: text('NAME', 'only runs of this stream'),
  state: listOf(oneOf(RUN_STATES, 'only runs in one of these states')),
  text: text('TEXT', 'only runs that have this in their target or in what was selected'),
  since: moment('only runs begun then or later'),
  until: moment('only runs begun earlier'),
  before: count('only runs with a lower id'),
  limit: withDefault(countBetween(1, 1_000, 'runs at most, requests, or entries that differ'), 20),
  'max-column-width': withDefault(count('widest column of the tables, in characters'), 60),
  json: switchOn('results as JSON on stdout'),
  ...databaseSettings,
})

export type RunsSettings = Settings<typeof runsSettings>

export function runFilterOf(settings: RunsSettings): RunFilter & { limit: number } {
  const { stream, state, text: part, since, until, before, limit } = settings
  return {
    limit,
    ...(stream !== undefined && { stream }),
    ...(state.length > 0 && { states: state }),
    ...(part !== undefined && { text: part }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(before !== undefined && { before }),
  }
}

/** What may be done to one run; one at a time. */
const HOLDS = ['pause', 'continue', 'stop'] as const

/** What is to be done to the run; undefined: it is only looked at. */
export function holdOf(settings: Partial<RunsSettings>): (typeof HOLDS)[number] | undefined {
  return HOLDS.find((name) => settings[name])
}

export function missingOf(known: Partial<RunsSettings>): Missing {
  const { run, against, after, watch, entry } = known
  const holds = HOLDS.filter((name) => known[name])
  const ofOne = [...holds, ...(watch ? ['watch'] : [])]
  return {
    ...(run === undefined &&
      (against ?? after) !== undefined && { run: 'RUN, with --against and --after' }),
    ...(run === undefined && ofOne.length > 0 && { run: `RUN, with --${ofOne[0]}` }),
    ...(run !== undefined && entry !== undefined && { entry: 'either it or RUN' }),
    ...(holds.length > 1 && { [holds[1]!]: `either it or --${holds[0]}` }),
    ...(against !== undefined && ofOne.length > 0 && { against: `either it or --${ofOne[0]}` }),
  }
}
