import { startSimulator } from '../../simulator/main.ts'
import { command, EXIT } from '../command.ts'
import { sayReady, untilStopped } from '../serving.ts'
import { settingsTable, withDefault } from '../settings.ts'
import { address, oneOf } from '../values.ts'
import { listening } from '../listening.ts'

/** How the simulator makes ids; `up` and `demo` offer it too. */
export const simulatorIds = withDefault(
  oneOf(
    ['sequential', 'random'],
    'ids of the simulator: sequential ones come back the same in a replay, random ones never',
  ),
  'sequential',
)

export const simulatorCommand = command({
  settings: settingsTable({
    listen: withDefault(
      address('where it serves; port 0 takes a free one'),
      { host: '127.0.0.1', port: 8082 },
      '127.0.0.1:8082',
    ),
    ids: simulatorIds,
  }),
  details: `
POST /api/reboot and the signal SIGHUP make it lose its state. Documentation: /api/docs/swagger

Exit codes: 0 stopped in order, 2 wrong settings, 4 no address.

Examples:
  reprise simulator
  reprise simulator --listen 127.0.0.1:3000 --ids random`,
  async run({ listen, ids }, surroundings) {
    const simulator = await listening('--listen', listen, () => startSimulator({ ...listen, ids }))
    surroundings.onHangUp(() => simulator.reboot())
    sayReady(surroundings, simulator.url)
    await untilStopped(surroundings.signal)
    await simulator.close()
    return EXIT.ok
  },
})
