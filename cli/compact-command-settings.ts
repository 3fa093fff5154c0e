import type { Missing } from './command.ts'
import { minimiseSettings } from './minimise-settings.ts'
import { probesOf } from './probe-settings.ts'
import { replaySettings, type ReplaySettings } from './replay-settings.ts'
import { sendingContradictions } from './sending-settings.ts'
import { settingsTable, type Settings } from './settings.ts'
import { upstreamTlsMissing } from './tls-settings.ts'
import { baseUrl, switchOn } from './values.ts'

const { reset, 'reset-timeout': resetTimeout, health, 'health-timeout': within } = minimiseSettings

const settings = settingsTable({
  ...replaySettings,
  verify: switchOn(
    'restore two fresh backends, one from everything and one from what the rules leave, and compare',
  ),
  'second-url': baseUrl('--verify: the second backend; without one the first is reset'),
  reset: { ...reset, help: `${reset.help}; --verify: before each of the two restores` },
  'reset-timeout': resetTimeout,
  health,
  'health-timeout': within,
})

/** What a replay asks for and this has one answer to. */
const LEFT = [
  ...(['start-from-id', 'id-from', 'id-to', 'method', 'path', 'excluded-urls', 'status'] as const),
  ...(['verdict', 'label', 'user', 'client', 'text', 'since', 'until', 'dry-run'] as const),
  ...(['interactive', 'learn-noise', 'resume', 'in-flight', 'explain', 'compact'] as const),
  ...(['from-checkpoint', 'yes'] as const),
] as const

/** In the place of what nobody can say. */
export const NOT_ASKED: Pick<ReplaySettings, (typeof LEFT)[number]> = {
  ...{ 'start-from-id': undefined, 'id-from': undefined, 'id-to': undefined, method: [] },
  ...{ path: [], 'excluded-urls': [], status: [], verdict: [], label: [], user: [], client: [] },
  ...{ text: undefined, since: undefined, until: undefined, 'dry-run': false },
  ...{ interactive: false, 'learn-noise': undefined, resume: undefined, 'in-flight': 'stop' },
  ...{ explain: undefined, compact: true, 'from-checkpoint': false, yes: true },
}

export const compactCommandSettings = Object.fromEntries(
  Object.entries(settings).filter(([name]) => !LEFT.some((one) => one === name)),
) as Omit<typeof settings, (typeof LEFT)[number]>

export type CompactCommandSettings = Settings<typeof settings>

export function compactCommandMissing(
  known: Partial<Settings<typeof compactCommandSettings>>,
): Missing {
  const { verify, reset, 'base-url': first, 'second-url': second } = known
  const others = { ...upstreamTlsMissing(known), ...sendingContradictions(known) }
  if (!verify) return others
  return {
    ...others,
    ...(known['compact-rules']?.length === 0 && {
      'compact-rules': "'PUT /things/:id replaces PUT /things/:id' with --verify",
    }),
    ...(first === undefined && { 'base-url': 'http://HOST:PORT' }),
    ...(second === undefined &&
      reset === undefined && { 'second-url': 'http://HOST:PORT with --verify, or --reset' }),
    ...(first !== undefined &&
      first.href === second?.href && { 'second-url': 'another backend than --base-url' }),
    ...(reset !== undefined && second !== undefined && { reset: 'either it or --second-url' }),
    ...(probesOf(known).length === 0 && {
      probe: "'GET /PATH' with --verify: without one nothing would be shown",
    }),
  }
}
