import type { DoorOptions } from '../replayer/service/door/door.ts'
import { parseRoleOfGroup, type IdentityRules } from '../replayer/service/door/identity.ts'
import { parseHost } from '../replayer/service/door/hosts.ts'
import { hashOf, newToken, parseToken, type KnownToken } from '../replayer/service/door/tokens.ts'
import { isLoopback } from '../replayer/target.ts'
import type { Missing, Surroundings } from './command.ts'
import { listOf, settingsGroup, type Setting, type Settings } from './settings.ts'
import { blockListOf, trustedProxies } from './trusted-proxies.ts'
import type { Address } from './values.ts'

/** Who may come in to the service. */
export const doorSettings = settingsGroup('Who may use the service', {
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
  'allowed-hosts': listOf(
    {
      expects: 'HOST',
      help: 'names by which requests may call the service, besides those of this machine and, where others reach it, its addresses',
      parse: parseHost,
    },
    [],
    'none',
  ),
  'serve-trusted-proxies': trustedProxies(
    'peers of the service that are believed in who asks: X-Forwarded-For and -Proto, and the fields below',
  ),
  'identity-field': fieldName(
    'field in which an identity proxy (OIDC) says which user asks; such as X-Forwarded-User',
  ),
  'identity-groups-field': fieldName(
    'field in which it says which groups the user is in, with commas; such as X-Forwarded-Groups',
  ),
  'identity-roles': listOf(
    {
      expects: 'GROUP=ROLE',
      help: 'roles of users that it names, by their groups; * is everybody whom it lets through',
      parse: parseRoleOfGroup,
    },
    [],
    'none',
  ),
})

type DoorSettings = Settings<typeof doorSettings>

/** Whoever reaches the service from another machine has to show who it is. */
export function doorMissing(
  known: Partial<DoorSettings>,
  flag: 'listen' | 'serve-listen',
  listen: Address | undefined,
): Missing {
  const missing = { ...identityMissing(known), ...tokensMissing(known.tokens ?? []) }
  const isAsked = known.tokens?.length !== 0 || known['identity-field'] !== undefined
  if (listen === undefined || isAsked || isLoopback(listen.host)) return missing
  return {
    ...missing,
    tokens: `who may come in, as other machines reach --${flag} ${listen.host}: see 'reprise token', or --tokens generate`,
  }
}

function tokensMissing(tokens: DoorSettings['tokens']): Missing {
  const names = tokens.flatMap((one) => (one === 'generate' ? [] : [one.name]))
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  return twice === undefined ? {} : { tokens: `one token for each name, got two for '${twice}'` }
}

function identityMissing(known: Partial<DoorSettings>): Missing {
  if (known['identity-field'] === undefined) {
    const without = 'none without --identity-field'
    return {
      ...(known['identity-groups-field'] !== undefined && { 'identity-groups-field': without }),
      ...(known['identity-roles']?.length && { 'identity-roles': without }),
    }
  }
  return {
    ...(known['identity-roles']?.length === 0 && {
      'identity-roles': 'what the users of --identity-field may do, such as *=read',
    }),
    ...(known['serve-trusted-proxies']?.length === 0 && {
      'serve-trusted-proxies': 'who is believed in --identity-field: anybody can send it',
    }),
  }
}

/** What they say, as the service takes it; a token that is made is shown. */
export function doorOptions(settings: DoorSettings, surroundings: Surroundings): DoorOptions {
  return {
    tokens: settings.tokens.map((one) => (one === 'generate' ? generated(surroundings) : one)),
    identity: identityRules(settings),
    trustedProxies: blockListOf(settings['serve-trusted-proxies']),
  }
}

function identityRules(settings: DoorSettings): IdentityRules | null {
  const userField = settings['identity-field']
  if (userField === undefined) return null
  const groupsField = settings['identity-groups-field'] ?? null
  return { userField, groupsField, roles: settings['identity-roles'] }
}

/** In lower case. */
function fieldName(help: string): Setting<string> {
  const parse = (given: string) => {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(given)) {
      throw new RangeError(`expected the name of a field, got '${given}'`)
    }
    return given.toLowerCase()
  }
  return { expects: 'FIELD', help, parse }
}

function generated({ stderr }: Surroundings): KnownToken {
  const token = newToken()
  stderr.write(`reprise: the token of the service until it ends, with the role admin: ${token}\n`)
  return { name: 'generated', role: 'admin', hash: hashOf(token) }
}
