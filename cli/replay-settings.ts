import { parseAllowedTarget } from '../replayer/target.ts'
import { aliasSettings } from './alias-settings.ts'
import type { Missing } from './command.ts'
import { compactMissing, compactSettings } from './compact-settings.ts'
import { compareSettings } from './compare-settings.ts'
import { databaseSettings } from './database.ts'
import { filterSettings } from './filter-settings.ts'
import { learningSettings } from './learning-settings.ts'
import { orderSettings } from './order-settings.ts'
import { verifySettings } from './probe-settings.ts'
import { sendingContradictions, sendingSettings } from './sending-settings.ts'
import { listOf, settingsGroup, settingsTable, withDefault, type Settings } from './settings.ts'
import { upstreamTlsMissing } from './tls-settings.ts'
import { tracingSettings } from './tracing.ts'
import { upstreamSettings } from './upstream-settings.ts'
import { baseUrl, count, duration, oneOf, switchOn } from './values.ts'

/** How requests are renamed, sent and compared, whoever begins the run. */
export const replayingSettings = settingsGroup('Sending requests again', {
  ...aliasSettings,
  ...compareSettings,
  ...sendingSettings,
  'incomplete-bodies': withDefault(
    oneOf(
      ['fail', 'skip', 'send'],
      'what is done with an entry whose request body was not kept whole (longer than --max-body, or ' +
        'cut); send: what was kept of it',
    ),
    'fail',
  ),
  'host-header': withDefault(
    oneOf(
      ['auto', 'recorded', 'target'],
      "which Host is sent; auto: the recorded one, but the target's own where --allow-target let it through",
    ),
    'auto',
  ),
  'allow-target': listOf({
    expects: 'HOST or HOST:PORT',
    help: 'targets that may be sent to, besides this machine and the recorded upstreams',
    parse: parseAllowedTarget,
  }),
  timeout: withDefault(duration('how long each request may take, answer included'), 60_000, '1m'),
  ...upstreamSettings,
})

export const replaySettings = settingsTable({
  'base-url': baseUrl('where the requests are sent; a path in it goes before theirs'),
  ...filterSettings,
  ...compactSettings,
  yes: { ...switchOn('send without asking'), short: 'y' },
  'dry-run': switchOn('print what would be sent, send nothing'),
  interactive: {
    ...switchOn('show each request and ask: yes, no, all the rest, quit'),
    short: 'i',
  },
  'skip-request-errors': switchOn(
    'go on after a 4xx, a 5xx or no answer (the exit code is 1 all the same)',
  ),
  ...orderSettings,
  ...learningSettings,
  ...verifySettings,
  'on-difference': withDefault(
    oneOf(['stop', 'continue'], 'what is done when an answer is another one than was recorded'),
    'continue',
  ),
  resume: count(
    'go on with this run, which was stopped or killed: what it sent is not sent again; with the order, pace ' +
      'and ends that it was begun with, but for those that are given as flags',
  ),
  'in-flight': withDefault(
    oneOf(
      ['stop', 'skip', 'send'],
      'with --resume, what is done with requests that may have been under way when the run was ' +
        'killed; stop: nothing is sent, they are listed',
    ),
    'stop',
  ),
  'in-doubt': withDefault(
    oneOf(
      ['stop', 'skip', 'send'],
      'what is done where it is not known whether a selected entry was applied (and nobody settled ' +
        'it: reprise in-doubt); stop: the run ends before the first of them',
    ),
    'stop',
  ),
  ...replayingSettings,
  ...tracingSettings,
  'max-column-width': withDefault(count('widest column of the tables, in characters'), 60),
  json: switchOn('results as JSON on stdout'),
  ...databaseSettings,
})

export type ReplayingSettings = Settings<typeof replayingSettings>
export type ReplaySettings = Settings<typeof replaySettings>

/** What is wrong of them taken together, whoever asks for the replay. */
export function replayMissing(known: Partial<ReplaySettings>): Missing {
  return {
    ...upstreamTlsMissing(known),
    ...sendingContradictions(known),
    ...compactMissing(known),
  }
}
