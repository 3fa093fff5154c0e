import type { FieldChange } from '../replayer/sending/credentials.ts'
import { parseTokenPlace } from '../replayer/sending/login-token.ts'
import { flawOfName } from '../replayer/sending/set-field.ts'
import {
  parseFieldChange,
  parseLogin,
  parseLoginField,
  parseRate,
  parseSpeed,
} from './sending-values.ts'
import { bytesOfFile, secretFile } from './secret-file.ts'
import { listOf, settingsGroup, withDefault, type Settings } from './settings.ts'
import { count, duration, oneOf, switchOn, text } from './values.ts'

/** How the requests of a replay are sent: credentials, hook, pace, and what is sent again. */
export const sendingSettings = settingsGroup('Sending requests again', {
  header: {
    ...listOf<FieldChange>({
      expects: "'NAME: VALUE'",
      help: 'a field that every request gets, in place of a recorded one; without a value: that it loses',
      parse: parseFieldChange,
    }),
    separator: '\n',
  },
  bearer: {
    expects: 'TOKEN',
    help:
      'every request gets Authorization: Bearer TOKEN; others see flags in the list of processes: better ' +
      'as REPRISE_BEARER or --bearer-file',
    parse: requireToken,
  },
  'bearer-file': secretFile('the file that holds the token for --bearer', requireToken),
  basic: {
    expects: 'USER:PASSWORD',
    help: 'every request gets Authorization: Basic; better as REPRISE_BASIC or --basic-file',
    parse: requireUser,
  },
  'basic-file': secretFile('the file that holds USER:PASSWORD for --basic', requireUser),
  login: {
    expects: "ENTRY or 'METHOD /PATH'",
    help:
      'a login that is sent first, and again when a request is answered 401: a recorded one, whose new ' +
      'token or cookie takes the place of the recorded one; or one of your own, whose token every ' +
      'request gets',
    parse: parseLogin,
  },
  'login-body': {
    expects: 'FILE',
    help: 'the body of a login of your own; JSON is sent as such, all else as a form (--login-type)',
    parse: bytesOfFile,
  },
  'login-type': text('TYPE', 'the Content-Type of --login-body'),
  'login-token': {
    expects: "'json /POINTER', 'header NAME' or 'cookie NAME'",
    help:
      "where the token stands in the login's answer; default: what Set-Cookie says, and a field of the " +
      'JSON named token, access_token, jwt or the like',
    parse: parseTokenPlace,
  },
  'login-as': {
    expects: "'NAME: VALUE'",
    help: "the field that the login's token goes into; {token} stands for it",
    parse: parseLoginField,
    fallbackText: 'Authorization: Bearer {token}',
  },
  hook: text(
    'FILE',
    "a module that may change, skip and stop: before(request) and after(request, answer); 'reprise/hook' " +
      'has its type',
  ),
  nonces: withDefault(
    oneOf(
      ['keep', 'new'],
      'what becomes of values that are used once (--nonce-fields); new: the same recorded one becomes ' +
        'the same new one within a run',
    ),
    'keep',
  ),
  'nonce-fields': listOf(
    { expects: 'NAME', help: 'fields whose values --nonces new replaces', parse: parseName },
    [],
    'Idempotency-Key',
  ),
  'original-time': {
    expects: 'NAME',
    help: 'a field that tells each request when it arrived at first (ISO 8601, UTC)',
    parse: parseName,
  },
  speed: {
    expects: 'SPEED (1x, 10x, 0.5x)',
    help: 'keeps the gaps that were recorded, so many times as fast; without it: as fast as the order allows',
    parse: parseSpeed,
  },
  'max-gap': duration('the longest wait from one request to the next, with --speed'),
  rate: {
    expects: 'N/s, N/m or N/h',
    help: 'how many requests may be sent in a second (minute, hour) at most',
    parse: parseRate,
  },
  retries: withDefault(
    count(
      'how often a request is sent again of which nothing could be sent (see --retry-idempotent)',
    ),
    2,
  ),
  'retry-idempotent': switchOn(
    'send again, as often, what may have been applied and may be applied twice (GET, PUT, DELETE and ' +
      'the like; never POST and PATCH) where no answer came, or a gateway said so (502, 504); any other 5xx is ' +
      'an answer, behind which nobody knows what was done: nothing is sent again',
  ),
  'max-backoff': withDefault(
    duration(
      'how long one request may wait in all for a target that answers 429, or 503 with Retry-After; 0s: ' +
        'such an answer is taken as it is',
    ),
    60_000,
    '1m',
  ),
})

export type SendingSettings = Settings<typeof sendingSettings>

/** What is expected where settings contradict each other, by the name of one of them. */
export function sendingContradictions(
  settings: Partial<SendingSettings>,
): Readonly<Record<string, string>> {
  const wrong: Record<string, string> = {}
  const given = (name: keyof SendingSettings) => settings[name] !== undefined
  const sources = AUTHORIZATIONS.filter(given).map((name) => `--${name}`)
  if (settings.header?.some(({ name }) => /^authorization$/i.test(name))) sources.push('--header')
  const [first, ...others] = sources
  if (first !== undefined && others.length > 0) {
    wrong[first.slice(2)] = `one Authorization, and ${others.join(' and ')} gives one too`
  }
  const { login } = settings
  for (const name of LOGIN_PARTS) {
    if (given(name) && login === undefined) wrong[name] = '--login beside it'
  }
  for (const name of ['login-body', 'login-type'] as const) {
    if (given(name) && login?.kind === 'entry') {
      wrong[name] = "a --login of your own, 'METHOD /PATH': a recorded one has its body"
    }
  }
  if (given('login-type') && login !== undefined && !given('login-body')) {
    wrong['login-type'] = '--login-body beside it'
  }
  if (given('max-gap') && !given('speed')) {
    wrong['max-gap'] = '--speed beside it: without it no gap is kept'
  }
  if ((settings['nonce-fields']?.length ?? 0) > 0 && settings.nonces === 'keep') {
    wrong['nonce-fields'] = '--nonces new beside it'
  }
  if (settings['retry-idempotent'] && settings.retries === 0) {
    wrong['retry-idempotent'] = '--retries of 1 or more beside it'
  }
  return wrong
}

const AUTHORIZATIONS = ['bearer', 'bearer-file', 'basic', 'basic-file'] as const
const LOGIN_PARTS = ['login-body', 'login-type', 'login-token', 'login-as'] as const

/** What was given is not repeated: it is a password. */
function requireUser(given: string): string {
  if (/^[^:]+:/.test(given)) return given
  throw new RangeError('expected USER:PASSWORD')
}

/** RFC 6750 section 2.1, and what else stands in a field without a space. It is a secret. */
function requireToken(given: string): string {
  if (/^[\x21-\x7e]+$/.test(given)) return given
  throw new RangeError('expected a token: printable ASCII without spaces')
}

function parseName(given: string): string {
  const flaw = flawOfName(given)
  if (flaw !== null) throw new RangeError(`expected ${flaw}`)
  return given
}
