import type { DoorOptions } from '../replayer/service/door/door.ts'
import { hashOf, newToken, parseToken, type KnownToken } from '../replayer/service/door/tokens.ts'
import { isLoopback } from '../replayer/target.ts'
import type { Missing, Surroundings } from './command.ts'
import { listOf, settingsTable, type Settings } from './settings.ts'
import { blockListOf, trustedProxies } from './trusted-proxies.ts'
import type { Address } from './values.ts'

/** Who may come in to the service. */
export const doorSettings = settingsTable({
  tokens: listOf(
    {
      expects: 'NAME:ROLE:SHA256 or generate',
      help:
        'who may use the service: tokens by their hashes, as `reprise token` prints them; roles are ' +
        'read, replay and admin\n' +
        'generate: makes a token of the role admin at each start, and shows it',
      parse: (given: string) => (given === 'generate' ? given : parseToken(given)),
    },
    [],
    'none: only this machine reaches the service, and may do everything',
  ),
  'serve-trusted-proxies': trustedProxies(
    'peers of the service that are believed in who asks: X-Forwarded-For',
  ),
})

type DoorSettings = Settings<typeof doorSettings>

/** Whoever reaches the service from another machine has to show who it is. */
export function doorMissing(
  known: Partial<DoorSettings>,
  flag: 'listen' | 'serve-listen',
  listen: Address | undefined,
): Missing {
  const { tokens } = known
  if (listen === undefined || tokens === undefined) return {}
  const names = tokens.flatMap((one) => (one === 'generate' ? [] : [one.name]))
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) return { tokens: `one token for each name, got two for '${twice}'` }
  if (tokens.length > 0 || isLoopback(listen.host)) return {}
  return {
    tokens: `who may come in, as other machines reach --${flag} ${listen.host}: see 'reprise token', or --tokens generate`,
  }
}

/** What they say, as the service takes it; a token that is made is shown. */
export function doorOptions(settings: DoorSettings, surroundings: Surroundings): DoorOptions {
  return {
    tokens: settings.tokens.map((one) => (one === 'generate' ? generated(surroundings) : one)),
    trustedProxies: blockListOf(settings['serve-trusted-proxies']),
  }
}

function generated({ stderr }: Surroundings): KnownToken {
  const token = newToken()
  stderr.write(`reprise: the token of the service until it ends, with the role admin: ${token}\n`)
  return { name: 'generated', role: 'admin', hash: hashOf(token) }
}
