import { parseAllowedTarget } from '../replayer/target.ts'
import { parsePathTemplate, parseTemplate } from '../replayer/probe-template.ts'
import type { Missing } from './command.ts'
import { databaseSettings } from './database.ts'
import { filterSettings } from './filter-settings.ts'
import { listOf, settingsTable, withDefault, type Settings } from './settings.ts'
import { upstreamTlsMissing } from './tls-settings.ts'
import { upstreamSettings } from './upstream-settings.ts'
import { baseUrl, count, duration, oneOf, switchOn } from './values.ts'

// Which verdict is meant goes without saying.
const { verdict: _, ...selection } = filterSettings

export const inDoubtSettings = settingsTable({
  ...selection,
  all: switchOn('settled ones too'),
  settle: oneOf(
    ['applied', 'not-applied', 'open'],
    'settles all that match; open: takes back what was settled of those that match',
  ),
  yes: { ...switchOn('settle without asking'), short: 'y' },
  probe: {
    expects: 'PATH',
    help:
      "asks the backend about each, with a GET of this path; mostly '{target}', which is that of the " +
      'request itself; or a template such as /things/{json:/id}',
    parse: parsePathTemplate,
  },
  'probe-contains': {
    expects: 'TEXT',
    help: 'a 2xx counts as found only if its body contains this; the same template, not encoded',
    parse: parseTemplate,
  },
  'base-url': baseUrl('the backend that is asked; a path in it goes before that of --probe'),
  'allow-target': listOf({
    expects: 'HOST or HOST:PORT',
    help: 'backends that may be asked, besides this machine and the recorded upstreams',
    parse: parseAllowedTarget,
  }),
  timeout: withDefault(duration('how long each probe may take, answer included'), 10_000, '10s'),
  ...upstreamSettings,
  'max-column-width': withDefault(count('widest column of the tables, in characters'), 60),
  json: switchOn('results as JSON on stdout'),
  ...databaseSettings,
})

export type InDoubtSettings = Settings<typeof inDoubtSettings>

/** `asking`: whether there is a terminal to ask on. */
export function missingOf(known: Partial<InDoubtSettings>, asking: 'terminal' | 'nobody'): Missing {
  const isProbe = known.probe !== undefined
  return {
    ...upstreamTlsMissing(known),
    ...(known.settle !== undefined && isProbe && { settle: 'either it or --probe' }),
    ...(known.settle !== undefined &&
      asking === 'nobody' &&
      !known.yes && { yes: 'it with --settle, where there is no terminal to ask on' }),
    ...(isProbe && known['base-url'] === undefined && { 'base-url': 'http://HOST:PORT' }),
    ...(known['probe-contains'] !== undefined &&
      !isProbe && { probe: "PATH with --probe-contains, mostly '{target}'" }),
    ...(isProbe && known.all && { all: 'not it with --probe, which asks about unsettled ones' }),
  }
}
