import { fieldValue } from '../../../wire/fields.ts'
import type { Chance } from '../../loop/chance.ts'
import { tokenOf } from './ids.ts'
import { refused, type Answered, type Asked } from './message.ts'

/** What comes in pieces, each behind the one before, to a location that was made for it. */
export class Uploads {
  readonly #chance: Chance
  readonly #texts = new Map<string, string>()

  constructor(chance: Chance) {
    this.#chance = chance
  }

  begin(): Answered {
    const name = tokenOf('hex', '', this.#chance)
    this.#texts.set(name, '')
    return { status: 201, fields: ['Location', `/uploads/${name}`, 'Upload-Offset', '0'], body: '' }
  }

  add(name: string, { fields, body }: Asked): Answered {
    const text = this.#texts.get(name)
    if (text === undefined) return refused(404)
    if (fieldValue(fields, 'upload-offset') !== String(text.length)) return refused(409)
    this.#texts.set(name, text + body)
    return { status: 204, fields: ['Upload-Offset', String(text.length + body.length)], body: '' }
  }

  /** By its name or its location; it is gone then. */
  take(place: string): string | undefined {
    const name = place.slice(place.lastIndexOf('/') + 1)
    const text = this.#texts.get(name)
    this.#texts.delete(name)
    return text
  }
}
