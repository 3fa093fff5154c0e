import type { Entry, EntrySummary } from '../../journal/entry.ts'
import { Problem, messageOf } from '../../journal/problem.ts'
import type { Answer } from '../answer.ts'
import type { Request } from '../request.ts'
import { withCredentials, type Credentials, type FieldChange } from './credentials.ts'
import { giftOf, type LoginGift, type TokenPlace } from './login-token.ts'

/** How the login goes, and where its token goes. */
export interface LoginRules {
  source: { kind: 'entry'; entry: Entry } | { kind: 'request'; request: Request }
  /** Where the token stands in the answer; null: where one mostly does. */
  place: TokenPlace | null
  /** The field that requests get; its value has `{token}` in it. Default: `Authorization: Bearer {token}`. */
  as?: { name: string; value: string }
}

export interface LoginOptions extends LoginRules {
  /** A recorded login as it is to be sent now. */
  make: (entry: Entry) => Request | Promise<Request>
  /** Rejects with NoAnswer. */
  send: (request: Request) => Promise<Answer>
  /** Told of each answer to a recorded login: what is in it takes the place of what was recorded. */
  learn: (entry: Entry, sent: Request, answer: Answer) => void | Promise<void>
}

/** Logs in, before all and whenever the target does not know who is asking any more. */
export class Login {
  readonly #options: LoginOptions
  #gift: LoginGift | null = null
  #underWay: Promise<void> | null = null
  #times = 0

  constructor(options: LoginOptions) {
    this.#options = options
  }

  /** How many logins there were: what was sent under an earlier one is only to be sent anew. */
  get times(): number {
    return this.#times
  }

  /**
   * Logs in, unless that was done since `times`; those that ask at the same time share one. Rejects
   * with the Problem `login_failed`.
   */
  async renew(times: number): Promise<void> {
    if (this.#times > times) return
    this.#underWay ??= this.#logIn().finally(() => (this.#underWay = null))
    await this.#underWay
  }

  /**
   * The request with what the login gave. After a recorded one that is only what the journal has no
   * value of: all else is for `learn` to bring.
   */
  dress(request: Request, { withheld }: Pick<EntrySummary, 'withheld'>): Request {
    if (this.#gift === null) return request
    const all = this.#credentials(this.#gift)
    if (this.#options.source.kind === 'request') return withCredentials(request, all)
    const names = new Set(withheld.map((name) => name.toLowerCase()))
    return withCredentials(request, {
      fields: all.fields.filter(({ name }) => names.has(name.toLowerCase())),
      cookies: names.has('cookie') ? all.cookies : new Map(),
    })
  }

  #credentials({ token, cookies }: LoginGift): Credentials {
    const { name, value } = this.#options.as ?? AS_BEARER
    const fields: FieldChange[] =
      token === null ? [] : [{ name, value: value.replaceAll('{token}', () => token) }]
    return { fields, cookies }
  }

  async #logIn(): Promise<void> {
    const { source, place, make, send, learn } = this.#options
    const request = source.kind === 'request' ? source.request : await make(source.entry)
    // Of a recorded one as it is shown.
    const { target } = source.kind === 'request' ? request : source.entry
    const what = `${request.method} ${target}`
    const answer = await send(request).catch((error: unknown) => {
      throw failed(
        `${what}: no answer: ${messageOf(error)}`,
        'see whether the target is there',
        error,
      )
    })
    if (answer.status >= 400) {
      throw failed(
        `${what} was answered ${answer.status}`,
        'see that --login names a login that this target knows, with the right password',
      )
    }
    const gift = giftOf(answer, place)
    const isEmpty = gift.token === null && gift.cookies.size === 0
    if (isEmpty && (source.kind === 'request' || place !== null)) {
      throw failed(
        place === null
          ? `${what} was answered ${answer.status} without a token or a cookie that is known as one`
          : `${what} was answered ${answer.status}, and there is no token at '${shown(place)}'`,
        "say where it stands with --login-token, such as 'json /data/token'",
      )
    }
    if (source.kind === 'entry') await learn(source.entry, request, answer)
    this.#gift = gift
    this.#times++
  }
}

const AS_BEARER = { name: 'Authorization', value: 'Bearer {token}' }

function shown(place: TokenPlace): string {
  return `${place.in} ${place.in === 'json' ? place.pointer : place.name}`
}

function failed(message: string, hint: string, cause?: unknown): Problem {
  return new Problem('login_failed', `the login failed: ${message}`, {
    ...{ source: 'upstream', hint },
    ...(cause !== undefined && { cause }),
  })
}
