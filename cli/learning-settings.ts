import type { Missing } from './command.ts'
import { settingsGroup, type Settings } from './settings.ts'
import { baseUrl, text } from './values.ts'

/** Of a replay that finds out what is noise. */
export const learningSettings = settingsGroup('Comparing answers', {
  'learn-noise': text(
    'FILE',
    'replay twice, to --base-url and then to --second-url, which both must be fresh, and write what ' +
      'differs between the answers into this file, besides what it has; for --noise FILE',
  ),
  'second-url': baseUrl('--learn-noise: the second backend'),
})

type Known = Partial<Settings<typeof learningSettings>> & {
  'base-url'?: URL | undefined
  resume?: number | undefined
  'dry-run'?: boolean
  interactive?: boolean
}

export function learningMissing(known: Known): Missing {
  const { 'learn-noise': file, 'second-url': second, 'base-url': first } = known
  if (file === undefined)
    return second === undefined ? {} : { 'learn-noise': 'FILE with --second-url' }
  const others = (['resume', 'dry-run', 'interactive'] as const).filter(
    (name) => known[name] !== undefined && known[name] !== false,
  )
  const [other] = others
  return {
    ...(first === undefined && { 'base-url': 'http://HOST:PORT' }),
    ...(second === undefined && { 'second-url': 'http://HOST:PORT with --learn-noise' }),
    ...(first !== undefined &&
      second?.href === first.href && { 'second-url': 'another backend than --base-url' }),
    ...(other !== undefined && { 'learn-noise': `either it or --${other}` }),
  }
}
