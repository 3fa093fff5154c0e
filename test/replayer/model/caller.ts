import { fieldValue } from '../../../wire/fields.ts'
import type { Answered, Asked, Members } from './message.ts'
import type { World } from './world.ts'

/** How requests go to the backend. */
export type Ask = (asked: Asked) => Promise<Answered>

/** Sends the requests of one client with whatever shows who it is. */
export class Caller {
  readonly user: string
  readonly #world: World
  readonly #ask: Ask
  #token: string | null = null
  #calls: string | null = null

  constructor(user: string, world: World, ask: Ask) {
    this.user = user
    this.#world = world
    this.#ask = ask
  }

  async login(): Promise<void> {
    if (this.#world.login === 'none') return
    const said = { user: this.user, password: '17' }
    const { fields, body } = await this.#send('POST', '/login', [...JSON_TYPE], said)
    const token = (JSON.parse(body) as Members)['access_token']
    const cookie = /sid=([^;]+)/.exec(fieldValue(fields, 'set-cookie') ?? '')?.[1]
    this.#token = cookie ?? fieldValue(fields, 'x-session-token') ?? String(token)
  }

  /** Of the two bodies, one that is a text is a form or, where `fields` say so, what they say. */
  ask(
    method: string,
    target: string,
    body?: Members | string,
    fields: readonly string[] = [],
  ): Promise<Answered> {
    const isTyped = fieldValue(fields, 'content-type') !== undefined
    const type =
      isTyped || body === undefined ? [] : typeof body === 'string' ? FORM_TYPE : JSON_TYPE
    return this.#send(method, target, [...this.#credentials(), ...fields, ...type], body)
  }

  /** What is refused without a session that the refusal hands out. */
  async call(body: Members): Promise<Answered> {
    const calling = () =>
      this.ask('POST', '/calls', body, this.#calls === null ? [] : ['X-Call-Session', this.#calls])
    const answered = await calling()
    if (answered.status !== 409) return answered
    this.#calls = fieldValue(answered.fields, 'x-call-session')!
    return calling()
  }

  /** Tries again for as long as the backend is overloaded. */
  async #send(
    method: string,
    target: string,
    fields: string[],
    body?: Members | string,
  ): Promise<Answered> {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
    const length = text === '' ? [] : ['Content-Length', String(Buffer.byteLength(text))]
    for (;;) {
      const asked = {
        method,
        target,
        fields: ['Host', 'backend.test', ...fields, ...length],
        body: text,
      }
      const answered = await this.#ask(asked)
      if (answered.status !== 503) return answered
    }
  }

  #credentials(): string[] {
    switch (this.#world.login) {
      case 'none':
        return []
      case 'bearer':
        return ['Authorization', `Bearer ${this.#token}`]
      case 'cookie':
        return ['Cookie', `theme=dark; sid=${this.#token}`]
      case 'header':
        return ['X-Session-Token', this.#token!]
    }
  }
}

const JSON_TYPE = ['Content-Type', 'application/json']
const FORM_TYPE = ['Content-Type', 'application/x-www-form-urlencoded']
