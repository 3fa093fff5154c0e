import { fieldValue, type RawFields } from '../../wire/fields.ts'
import type { RequestParts } from '../../aliases/message.ts'
import type { Strength } from '../../aliases/strength.ts'
import type { Alias } from './alias.ts'
import { meaningOf, type Around } from './meaning.ts'
import { speakOfTheSame } from './naming.ts'
import { valuesOfRequest, type Found } from './values.ts'

/** A request as it was recorded and as it was sent: what of its answer the client had said itself. */
export class Echoes {
  readonly #request: RequestParts
  readonly #sent: RequestParts
  readonly #around: Around
  #said: { was: Found[]; sent: Map<string, string> } | null = null

  constructor(request: RequestParts, sent: RequestParts, around: Around) {
    this.#request = request
    this.#sent = sent
    this.#around = around
  }

  /**
   * Whether the client said it. A strong value that stands in the recorded request is the client's. A
   * small one may stand there by chance: it is an echo if it means the same thing there, or if the
   * new one was sent in its place, unless it names what the request `made`. That one was sent as it was
   * recorded shows nothing but where ids stand.
   */
  has({ old, new: now, meaning }: Alias, strength: Strength, made: 'made' | 'shown'): boolean {
    if (!mayStandIn(this.#request, old)) return false
    const { was, sent } = (this.#said ??= this.#bothRequests())
    const isMade = made === 'made' || meaning.syntax === 'etag' || meaning.syntax === 'cookie'
    return was.some(({ value, site }) => {
      if (value !== old || site.syntax === 'url') return false
      if (strength === 'strong') return true
      const said = meaningOf(site, this.#around)
      const isAnId = said.naming === 'id' || speakOfTheSame(said.noun, meaning.noun) !== 'no'
      if (!isMade && (isAnId || old !== now) && sent.get(site.place) === now) return true
      return said.key === meaning.key && said.noun === meaning.noun && said.syntax !== 'etag'
    })
  }

  #bothRequests(): { was: Found[]; sent: Map<string, string> } {
    const sent = valuesOfRequest(this.#sent)
    return {
      was: valuesOfRequest(this.#request),
      sent: new Map(sent.map(({ value, site }) => [site.place, value])),
    }
  }
}

/** Rules out most values without reading the request. */
function mayStandIn({ target, fields, body }: RequestParts, value: string): boolean {
  if (!/^[\w.:-]+$/.test(value) || /%|eyJ/.test(target)) return true
  if (target.includes(value) || fields.some((text, i) => i % 2 === 1 && text.includes(value))) {
    return true
  }
  if (body === null || body.length === 0) return false
  return body.includes(value) || /[%\\]|eyJ|W3/.test(body.toString('latin1')) || isEncoded(fields)
}

function isEncoded(fields: RawFields): boolean {
  return fieldValue(fields, 'content-encoding') !== undefined
}
