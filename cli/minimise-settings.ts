import { parseReset } from '../replayer/reproduce/reset.ts'
import { parseStateProbe } from '../replayer/state/state-probe.ts'
import type { Missing } from './command.ts'
import { failureMissing, failureSettings } from './reproduce-settings.ts'
import { settingsTable, withDefault, type Settings } from './settings.ts'
import { countFrom, duration, text } from './values.ts'

export const minimiseSettings = settingsTable({
  ...failureSettings,
  reset: {
    expects: "'COMMAND' or 'METHOD URL'",
    help:
      'makes the backend as it was before the recording, before each trial: a command of the shell ' +
      "('docker restart shop'), or a request ('POST http://127.0.0.1:3000/reset'), answered below 400",
    separator: '\n',
    parse: parseReset,
  },
  'reset-timeout': withDefault(duration('how long a reset may take'), 60_000, '1m'),
  health: withDefault(
    {
      expects: "'GET /PATH'",
      help: 'read request that the backend must answer below 500 after a reset, before a trial begins',
      separator: '\n',
      parse: parseStateProbe,
    },
    { method: 'GET', target: '/' },
    'GET /',
  ),
  'health-timeout': withDefault(duration('how long is waited for that'), 30_000, '30s'),
  tries: withDefault(
    countFrom(
      1,
      'how often a sequence is tried until it fails; more than once for a flaky failure',
    ),
    1,
  ),
  'most-trials': withDefault(
    countFrom(1, 'trials at most; then the smallest so far is told'),
    1_000,
  ),
  'time-limit': {
    ...duration('no trial begins later than that; then the smallest so far is told'),
    fallbackText: 'none',
  },
  script: text('FILE', 'write a shell script of curl commands that sends the smallest sequence'),
  test: text(
    'FILE',
    'write a test (FILE.mjs, for node --test) that sends it and asserts that it does not fail any more',
  ),
})

export type MinimiseSettings = Settings<typeof minimiseSettings>

export function minimiseMissing(known: Partial<MinimiseSettings>): Missing {
  return {
    ...failureMissing(known),
    ...(known.reset === undefined && {
      reset: "a command such as 'docker restart shop', or a request such as 'POST URL'",
    }),
  }
}
