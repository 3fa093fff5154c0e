import type { Run } from '../journal/runs.ts'
import { parseLanePattern } from '../replayer/order/lanes.ts'
import { keptManner, mannerFlags } from '../replayer/run/manner.ts'
import type { ReplaySettings } from './replay-settings.ts'
import { isFlag } from './settings.ts'

/**
 * The settings of a run that goes on: it sends as it was begun, but for what a flag says. Not for what
 * environment and file say: those are of all runs, and this one was begun otherwise. `told`: as flags.
 */
export function resumedSettings(
  settings: ReplaySettings,
  run: Pick<Run, 'plan'>,
): { settings: ReplaySettings; told: string | null } {
  const manner = keptManner(run)
  if (manner === null) return { settings, told: null }
  const { onFailure, onDifference, tolerance } = manner
  const ofOrder = isFlag(settings, 'serial') || isFlag(settings, 'concurrency')
  const kept: Partial<ReplaySettings> = {
    ...(!ofOrder && { serial: false, concurrency: manner.concurrency }),
    ...unlessFlag(settings, 'lanes', manner.lanes.map(parseLanePattern)),
    ...unlessFlag(settings, 'clock-tolerance', tolerance / 1000),
    ...unlessFlag(settings, 'speed', manner.speed ?? undefined),
    ...unlessFlag(settings, 'rate', manner.rate ?? undefined),
    ...unlessFlag(settings, 'skip-request-errors', onFailure === 'continue'),
    ...unlessFlag(settings, 'on-difference', onDifference),
  }
  const merged = { ...settings, ...kept }
  return { settings: merged, told: mannerFlags(mannerOfSettings(merged)) }
}

function unlessFlag<Name extends keyof ReplaySettings>(
  settings: ReplaySettings,
  name: Name,
  value: ReplaySettings[Name],
): Partial<ReplaySettings> {
  return isFlag(settings, name) ? {} : { [name]: value }
}

function mannerOfSettings(settings: ReplaySettings): Parameters<typeof mannerFlags>[0] {
  const { lanes, serial, concurrency, speed, rate } = settings
  return {
    lanes: lanes.map(({ text }) => text),
    concurrency: serial ? 1 : concurrency,
    tolerance: settings['clock-tolerance'] * 1000,
    ...{ speed: speed ?? null, rate: rate ?? null },
    onFailure: settings['skip-request-errors'] ? 'continue' : 'stop',
    onDifference: settings['on-difference'],
  }
}
