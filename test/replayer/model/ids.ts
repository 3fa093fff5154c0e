import type { Chance } from '../../loop/chance.ts'
import type { Ids, World } from './world.ts'

/** The ids of one space, none of which two things have at a time. */
export class IdSpace {
  readonly #ids: Ids
  readonly #spelling: World['spelling']
  readonly #chance: Chance
  readonly #taken = new Set<string>()
  #last: number

  constructor(ids: Ids, spelling: World['spelling'], chance: Chance) {
    this.#ids = ids
    this.#spelling = spelling
    this.#chance = chance
    this.#last = chance.below(30)
  }

  next(): string | number {
    for (;;) {
      const id = this.#make()
      if (this.#taken.has(String(id))) continue
      this.#taken.add(String(id))
      return id
    }
  }

  free(id: string | number): void {
    if (this.#ids === 'pool') this.#taken.delete(String(id))
  }

  #make(): string | number {
    const chance = this.#chance
    switch (this.#ids) {
      case 'count':
        return this.#spelt(++this.#last)
      case 'pool':
        return this.#spelt(1 + chance.below(20 + 2 * this.#taken.size))
      case 'sparse':
        return this.#spelt(10_000 + chance.below(90_000))
      case 'short': {
        const rest = chance
          .below(36 ** 4)
          .toString(36)
          .padStart(4, '0')
        return `${(10 + chance.below(26)).toString(36)}${chance.below(10)}${rest}`
      }
      case 'uuid':
        return hexOf(chance, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
      case 'object':
        return hexOf(chance, 12)
    }
  }

  #spelt(id: number): string | number {
    return this.#spelling === 'number' ? id : String(id)
  }
}

function hexOf(chance: Chance, bytes: number): string {
  return chance.bytes(bytes).toString('hex')
}

/** Opaque, long, never the same twice. */
export function tokenOf(form: World['token'], user: string, chance: Chance): string {
  switch (form) {
    case 'hex':
      return hexOf(chance, 16)
    case 'base64':
      // A digit: letters alone are told from words by neither side for sure.
      return `${chance.bytes(9).toString('base64url')}7${chance.bytes(9).toString('base64url')}`
    case 'jwt': {
      const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const claims = { sub: user, iat: 1_700_000_000 + chance.below(1e6), jti: hexOf(chance, 4) }
      return `${part({ alg: 'HS256' })}.${part(claims)}.${chance.bytes(32).toString('base64url')}`
    }
  }
}
