import { fieldValue } from '../../../wire/fields.ts'
import type { Chance } from '../../loop/chance.ts'
import { tokenOf } from './ids.ts'
import { json, refused, type Answered, type Asked, type Members } from './message.ts'
import type { World } from './world.ts'

/** Who may come in, and what is asked of them: sessions, tokens of forms, the session of the calls. */
export class Doors {
  readonly #world: World
  readonly #chance: Chance
  readonly #users = new Map<string, string>()
  readonly #forms = new Set<string>()
  #calls: string | null = null

  constructor(world: World, chance: Chance) {
    this.#world = world
    this.#chance = chance
  }

  /** Who is in. */
  get users(): string[] {
    return [...this.#users.values()].sort()
  }

  /** A user has one session: a new one ends the one before. */
  login({ user }: Members): Answered {
    const { login, token: form } = this.#world
    const token = tokenOf(form, String(user), this.#chance)
    for (const [known, who] of this.#users) if (who === user) this.#users.delete(known)
    this.#users.set(token, String(user))
    if (login === 'cookie') {
      return json(200, { user }, ['Set-Cookie', `sid=${token}; Path=/; HttpOnly`])
    }
    if (login === 'header') return json(200, { user }, ['X-Session-Token', token])
    return json(200, { user, access_token: token, expires_in: 17 })
  }

  admits({ fields }: Asked): boolean {
    const { login } = this.#world
    if (login === 'none') return true
    const name = { bearer: 'authorization', cookie: 'cookie', header: 'x-session-token' }[login]
    const value = fieldValue(fields, name) ?? ''
    return this.#users.has(value.replace(/^Bearer |^.*sid=/, ''))
  }

  form(): Answered {
    const token = tokenOf('base64', '', this.#chance)
    this.#forms.add(token)
    const page = (html: string): Answered => ({
      ...{ status: 200, fields: ['Content-Type', 'text/html'] },
      body: `<html><head>${html}</head><body><p>17 notes</p></body></html>`,
    })
    switch (this.#world.form) {
      case 'input':
        return page(`<form><input type="hidden" name="csrf_token" value="${token}"></form>`)
      case 'meta':
        return page(`<meta name="csrf-token" content="${token}">`)
      case 'json':
        return json(200, { csrfToken: token })
      case 'field':
        return json(200, { notes: 17 }, ['X-CSRF-Token', token])
    }
  }

  /** Each is good for one time. */
  takesForm(token: string | null | undefined): boolean {
    return this.#forms.delete(token ?? '')
  }

  /** Null: the call may come in; otherwise what it must say is handed out. */
  challenge({ fields }: Asked): Answered | null {
    this.#calls ??= tokenOf('base64', '', this.#chance)
    return fieldValue(fields, 'x-call-session') === this.#calls
      ? null
      : refused(409, ['X-Call-Session', this.#calls])
  }
}
