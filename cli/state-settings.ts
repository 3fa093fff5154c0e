import { parseAllowedTarget } from '../replayer/target.ts'
import { aliasSettings } from './alias-settings.ts'
import type { Missing } from './command.ts'
import { compareSettings } from './compare-settings.ts'
import { databaseSettings } from './database.ts'
import { probeField, probesOf, stateKeepingSettings, stateProbe } from './probe-settings.ts'
import { listOf, settingsTable, withDefault, type Settings } from './settings.ts'
import { upstreamTlsMissing } from './tls-settings.ts'
import { upstreamSettings } from './upstream-settings.ts'
import { baseUrl, count, countFrom, duration, moment, switchOn, text } from './values.ts'

export const stateSettings = settingsTable({
  stream: text('NAME', 'the stream; may be left out where the journal has only one'),
  'base-url': baseUrl('the backend that is asked; a path in it goes before that of each probe'),
  probe: listOf(
    stateProbe("read requests of which the answers show the backend's state; GET may be left out"),
    [],
    '--state-probe; with --compare, without either, those of which answers are kept',
  ),
  'state-probe': stateKeepingSettings['state-probe'],
  'probe-header': listOf(
    probeField('fields that they carry, such as credentials; they are not kept'),
    [],
    '--state-probe-header',
  ),
  'state-probe-header': stateKeepingSettings['state-probe-header'],
  compare: switchOn('compare with the latest kept state instead of keeping what comes'),
  run: {
    ...count(
      '--compare: what this run was answered with in the place of recorded values is no difference',
    ),
    fallbackText: 'none: a value that the backend made anew is one',
  },
  'alias-rules': {
    ...aliasSettings['alias-rules'],
    help: '--run: the rules that it was replayed with, of which those that fix a value count',
  },
  until: moment('--compare: only with what was kept then or earlier'),
  list: switchOn('list what is kept, and ask nothing'),
  limit: withDefault(countFrom(1, '--list: lines at most'), 100),
  most: withDefault(
    countFrom(1, 'of each probe so many answers are kept, then the oldest goes'),
    100,
  ),
  'allow-target': listOf({
    expects: 'HOST or HOST:PORT',
    help: 'backends that may be asked, besides this machine and the recorded upstreams',
    parse: parseAllowedTarget,
  }),
  timeout: withDefault(duration('how long each probe may take, answer included'), 10_000, '10s'),
  ...upstreamSettings,
  ...compareSettings,
  'max-column-width': withDefault(count('widest column of the tables, in characters'), 60),
  json: switchOn('results as JSON on stdout'),
  ...databaseSettings,
})

export type StateSettings = Settings<typeof stateSettings>

export function missingOf(known: Partial<StateSettings>): Missing {
  const isAsking = !known.list
  return {
    ...upstreamTlsMissing(known),
    ...(isAsking && known['base-url'] === undefined && { 'base-url': 'http://HOST:PORT' }),
    ...(isAsking && !known.compare && probesOf(known).length === 0 && { probe: "'GET /PATH'" }),
    ...(!known.compare && known.run !== undefined && { compare: 'it with --run' }),
    ...(known.list && known.compare && { list: 'either it or --compare' }),
  }
}
