import { compareSettings } from '../compare-settings.ts'
import type { Missing } from '../command.ts'
import { databaseSettings } from '../database.ts'
import { readingSettings } from '../file-settings.ts'
import { filterSettings } from '../filter-settings.ts'
import { orderSettings } from '../order-settings.ts'
import { verifySettings } from '../probe-settings.ts'
import { replayingSettings } from '../replay-settings.ts'
import { sendingContradictions } from '../sending-settings.ts'
import { settingsTable, withDefault, type Settings } from '../settings.ts'
import { upstreamTlsMissing } from '../tls-settings.ts'
import { baseUrl, databaseUrl, duration, oneOf, switchOn, text } from '../values.ts'
import { readiness } from './ready.ts'

const {
  stream: _stream,
  // Ids are those of a journal, and this one is new each time.
  'start-from-id': _start,
  'id-from': _from,
  'id-to': _to,
  ...filters
} = filterSettings
const { explain: _explain, ...order } = orderSettings

export const ciSettings = settingsTable({
  file: text('FILE', 'the journal file: what reprise export writes'),
  command: text(
    'COMMAND',
    "what is to be tested: started by a shell, and ended with all that it started; or behind '--'",
  ),
  ready: readiness(
    'by what it shows that it can be tested: its port is open, or a URL is answered below 400',
  ),
  'ready-timeout': withDefault(duration('how long it may take to get ready'), 60_000, '1m'),
  'stop-timeout': withDefault(
    duration('how long it may take to end, with all that it started, before it is killed'),
    10_000,
    '10s',
  ),
  target: {
    ...baseUrl('where the requests are sent; without --command it runs already'),
    fallbackText: 'scheme, host and port of --ready',
  },
  update: switchOn('accept the answers that differ: the file is written anew, with them in it'),
  junit: text('FILE', 'a report for JUnit, a test case for each entry'),
  summary: text('FILE', 'a summary in Markdown, written anew'),
  'step-summary': {
    ...text('FILE', 'the same, put behind what is in the file'),
    env: 'GITHUB_STEP_SUMMARY',
  },
  annotations: {
    ...switchOn(
      'lines on stdout by which GitHub Actions shows what differs at its place in the file',
    ),
    env: 'GITHUB_ACTIONS',
  },
  'on-failure': withDefault(
    oneOf(['continue', 'stop'], 'what is done when a request is answered with an error, or not'),
    'continue',
  ),
  'on-difference': withDefault(
    oneOf(['continue', 'stop'], 'what is done when an answer is another one than was recorded'),
    'continue',
  ),
  'in-doubt': withDefault(
    oneOf(
      ['stop', 'skip', 'send'],
      'what is done where it is not known whether a recorded request was applied; stop: the test ' +
        'ends before the first of them',
    ),
    'stop',
  ),
  ...filters,
  ...readingSettings,
  ...order,
  ...verifySettings,
  ...replayingSettings,
  ...compareSettings,
  json: switchOn('results as JSON on stdout'),
  ...databaseSettings,
  // DATABASE_URL may be that of the program under test.
  'database-url': {
    ...databaseUrl('PostgreSQL to work in; without it, an embedded one that is gone afterwards'),
  },
  'data-dir': {
    ...text('DIR', 'where the embedded PostgreSQL is kept, to be used again'),
    fallbackText: 'a folder that is removed afterwards',
  },
})

export type CiSettings = Settings<typeof ciSettings>

export function ciMissing(known: Partial<CiSettings>): Missing {
  const { file, command, ready, target, update, secrets, format } = known
  return {
    ...{ ...upstreamTlsMissing(known), ...sendingContradictions(known) },
    ...(file === undefined && { file: 'FILE' }),
    ...(command === undefined &&
      target === undefined && { command: "it, or '-- COMMAND', or --target of what runs already" }),
    ...(command !== undefined &&
      ready === undefined && {
        ready: 'PORT or URL with --command, to know when it can be tested',
      }),
    ...(command === undefined && ready !== undefined && { ready: 'it with --command' }),
    ...(update &&
      secrets === 'omit' && {
        secrets: 'sealed with --update: else they would be gone from the file',
      }),
    ...(update && file === '-' && { update: 'a file that can be written anew' }),
    ...(update && format !== undefined && format !== 'reprise' && { update: 'a file of reprise' }),
  }
}
