import type { ProbeField, StateProbe } from '../replayer/state/state-probe.ts'
import { parseAllowedTarget } from '../replayer/target.ts'
import type { Missing } from './command.ts'
import { compareSettings } from './compare-settings.ts'
import { databaseSettings } from './database.ts'
import { probeField, stateKeepingSettings, stateProbe } from './probe-settings.ts'
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

/** Those of the command line, or those that the proxy has in the file that it shares. */
export function probesOf(known: Partial<StateSettings>): readonly StateProbe[] {
  const { probe = [], 'state-probe': shared = [] } = known
  return probe.length > 0 ? probe : shared
}

export function probeFieldsOf(settings: StateSettings): readonly ProbeField[] {
  const own = settings['probe-header']
  return own.length > 0 ? own : settings['state-probe-header']
}

export function missingOf(known: Partial<StateSettings>): Missing {
  const isAsking = !known.list
  return {
    ...upstreamTlsMissing(known),
    ...(isAsking && known['base-url'] === undefined && { 'base-url': 'http://HOST:PORT' }),
    ...(isAsking && !known.compare && probesOf(known).length === 0 && { probe: "'GET /PATH'" }),
    ...(known.list && known.compare && { list: 'either it or --compare' }),
  }
}
