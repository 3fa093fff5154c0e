import { parseLanePattern } from '../replayer/order/lanes.ts'
import { valuesOf } from '../replayer/aliases/values.ts'
import type { Order } from '../replayer/order/reading.ts'
import { rulesOfRun } from '../replayer/order/rules.ts'
import { DEFAULT_RULES, type OrderRules } from '../replayer/order/schedule.ts'
import { listOf, settingsGroup, withDefault, type Settings } from './settings.ts'
import { countFrom, duration, switchOn } from './values.ts'

/** In which order entries are sent, on the command line. */
export const orderSettings = settingsGroup('Order', {
  concurrency: withDefault(
    countFrom(
      1,
      'how many requests are out at once; whatever it is, an entry waits for all that had been ' +
        'answered before it arrived',
    ),
    DEFAULT_RULES.concurrency,
  ),
  serial: switchOn('one at a time, in the order of the stream, whatever --concurrency says'),
  lanes: listOf({
    expects: 'PATH (/api/devices/:id)',
    help:
      'keep order for each value of :id (and what is below it) only, and run them side by side; what ' +
      'no pattern matches keeps order with all',
    parse: parseLanePattern,
  }),
  'clock-tolerance': withDefault(
    duration('how far the clocks of recorders on different hosts may be apart'),
    DEFAULT_RULES.tolerance / 1000,
    '50ms',
  ),
  explain: {
    ...countFrom(1, 'tell all about this entry: why it is sent or not, and whom it waits for'),
    expects: 'ENTRY',
  },
})

export type OrderSettings = Settings<typeof orderSettings>

export function orderOf(settings: OrderSettings): Order {
  const { serial, lanes, explain } = settings
  // Without lanes whoever uses a value stands behind its producer by the order alone.
  const isByValue = lanes.length > 0 || explain !== undefined
  const concurrency = serial ? 1 : settings.concurrency
  const tolerance = Math.round(settings['clock-tolerance'] * 1000)
  return {
    rules: { ...DEFAULT_RULES, concurrency, tolerance },
    lanes,
    valuesOf: isByValue ? valuesOf : null,
  }
}

/** As a run takes it. */
export function orderRules(settings: OrderSettings): OrderRules {
  const { rules, lanes } = orderOf(settings)
  return rulesOfRun(rules, lanes)
}
