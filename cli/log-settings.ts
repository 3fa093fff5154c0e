import { LEVELS, openLog, type Say, type Speaker } from '../telemetry/log.ts'
import { settingsGroup, withDefault, type Settings } from './settings.ts'
import type { Surroundings } from './command.ts'
import { oneOf } from './values.ts'

/** The settings of the log on stderr, for whatever serves. */
export const logSettings = settingsGroup('Log and spans', {
  'log-format': withDefault(
    oneOf(
      ['auto', 'text', 'json'],
      'of the log on stderr: json, an object a line; text to be read; auto: text on a terminal, ' +
        'json elsewhere',
    ),
    'auto',
  ),
  'log-level': withDefault(oneOf(LEVELS, 'lines below it are left out'), 'info'),
  'access-log': withDefault(
    oneOf(
      ['off', 'path', 'whole'],
      'a line for each request, with its id (X-Request-Id, else that of its trace, else one made ' +
        'up)\npath: without the query string\nwhole: with it, but for secrets that are named as such (--secret-fields)',
    ),
    'off',
  ),
})

export type LogSettings = Settings<typeof logSettings>

export function logOf(
  settings: Pick<LogSettings, 'log-format' | 'log-level'>,
  { stderr }: Pick<Surroundings, 'stderr'>,
  speaker: Speaker,
): Say {
  const { 'log-format': chosen, 'log-level': level } = settings
  const format = chosen !== 'auto' ? chosen : stderr.isTTY === true ? 'text' : 'json'
  return openLog({ format, level, to: stderr, speaker })
}
