import type { Entry } from '../journal/entry.ts'
import type { Request } from '../replayer/request.ts'
import { basic, bearer, type FieldChange } from '../replayer/sending/credentials.ts'
import { loadHook } from '../replayer/sending/hook-module.ts'
import type { LoginRules } from '../replayer/sending/login.ts'
import type { SendingRules } from '../replayer/sending/sending.ts'
import type { SendingSettings } from './sending-settings.ts'

/** Where what settings only name is read. */
export interface SendingSources {
  /** The folder from which the hook's file is looked for. */
  folder: string
  /** Rejects with the Problem `entry_unknown`. */
  entry: (id: number) => Promise<Entry>
}

/**
 * What settings say of sending, with the hook loaded and the login at hand. Rejects with the Problem
 * of a hook that cannot be used (`hook_failed`) or of a login that is not there (`entry_unknown`).
 */
export async function sendingRules(
  settings: SendingSettings,
  { folder, entry }: SendingSources,
): Promise<SendingRules> {
  const { hook, nonces, speed, rate } = settings
  const fields = settings['nonce-fields']
  return {
    credentials: { fields: fieldsOf(settings), cookies: new Map() },
    nonces: nonces === 'keep' ? null : fields.length > 0 ? fields : ['Idempotency-Key'],
    originalTime: settings['original-time'] ?? null,
    hook: hook === undefined ? null : await loadHook(hook, folder),
    login: await loginOf(settings, entry),
    pace: { speed: speed ?? null, maxGap: settings['max-gap'] ?? Infinity, rate: rate ?? null },
    retry: {
      retries: settings.retries,
      idempotent: settings['retry-idempotent'] ? 'again' : 'never',
      maxBackoff: settings['max-backoff'],
    },
  }
}

function fieldsOf(settings: SendingSettings): FieldChange[] {
  const token = settings.bearer ?? settings['bearer-file']
  const user = settings.basic ?? settings['basic-file']
  return [
    ...settings.header,
    ...(token === undefined ? [] : [bearer(token)]),
    ...(user === undefined ? [] : [basic(user)]),
  ]
}

async function loginOf(
  settings: SendingSettings,
  entry: SendingSources['entry'],
): Promise<LoginRules | null> {
  const { login } = settings
  if (login === undefined) return null
  const as = settings['login-as']
  return {
    source:
      login.kind === 'entry'
        ? { kind: 'entry', entry: await entry(login.id) }
        : { kind: 'request', request: requestOf(login.method, login.target, settings) },
    place: settings['login-token'] ?? null,
    ...(as !== undefined && { as }),
  }
}

/** A login of the user's: with a body of JSON or of a form, unless its type is given. */
function requestOf(method: string, target: string, settings: SendingSettings): Request {
  const body = settings['login-body'] ?? null
  const length = ['Content-Length', String(body?.length ?? 0)]
  const fields =
    body === null
      ? [...(method === 'GET' ? [] : length)]
      : ['Content-Type', settings['login-type'] ?? typeOf(body), ...length]
  return {
    ...{ method, target, httpVersion: '1.1', body, trailers: [] },
    fields: ['Accept', '*/*', ...fields],
  }
}

function typeOf(body: Buffer): string {
  try {
    JSON.parse(body.toString('utf8'))
    return 'application/json'
  } catch {
    return 'application/x-www-form-urlencoded'
  }
}
