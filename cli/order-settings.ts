import { parseLanePattern } from '../replayer/order/lanes.ts'
import { DEFAULT_RULES, type OrderRules } from '../replayer/order/schedule.ts'
import { listOf, settingsTable, withDefault, type Settings } from './settings.ts'
import { countFrom, duration, switchOn } from './values.ts'

/** In which order recorded requests are sent, and how many at a time. */
export const orderSettings = settingsTable({
  concurrency: withDefault(
    countFrom(1, 'how many requests may be under way at once; those that overlapped when recorded'),
    DEFAULT_RULES.concurrency,
  ),
  serial: switchOn('one request after the other, in the order of the stream'),
  lanes: listOf({
    expects: 'PATH such as /api/devices/:id',
    help:
      'keeps order within each value of the segment and runs them side by side; what matches no lane ' +
      'keeps order with all',
    parse: parseLanePattern,
  }),
  'clock-tolerance': withDefault(
    duration('how far apart the clocks of recorders on different machines may be'),
    DEFAULT_RULES.tolerance / 1000,
    '50ms',
  ),
})

/** Entries that are announced ahead: few where order alone holds them, many where lanes run apart. */
const WINDOW = 256

export function orderRules(settings: Settings<typeof orderSettings>): OrderRules {
  const window = Math.max(WINDOW, settings.concurrency * 4)
  return {
    concurrency: settings.serial ? 1 : settings.concurrency,
    tolerance: settings['clock-tolerance'] * 1000,
    window: settings.lanes.length === 0 ? window : Math.max(window, DEFAULT_RULES.window),
  }
}
