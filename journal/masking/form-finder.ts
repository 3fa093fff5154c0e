import { TEXT_MASK, type Finder, type Mark } from './finder.ts'
import type { SecretNames } from './names.ts'

const AMPERSAND = 0x26
const EQUALS = 0x3d

/** Pairs of an urlencoded form, or of a query. */
export class FormFinder implements Finder {
  readonly #names: SecretNames
  #state: 'name' | 'value' | 'secret' = 'name'
  /** What came of a name so far, in which each byte may be spelt with three; null: longer than any. */
  #name: Buffer[] | null = []
  #length = 0

  constructor(names: SecretNames) {
    this.#names = names
  }

  find(bytes: Buffer, mark: Mark): number {
    for (let at = 0; at < bytes.length;) {
      at =
        this.#state === 'name' ? this.#throughName(bytes, at) : this.#throughValue(bytes, at, mark)
    }
    return 0
  }

  #throughName(bytes: Buffer, at: number): number {
    let stop = at
    while (stop < bytes.length && bytes[stop] !== EQUALS && bytes[stop] !== AMPERSAND) stop++
    this.#length += stop - at
    if (this.#length > LONGEST_NAME) this.#name = null
    else this.#name?.push(Buffer.from(bytes.subarray(at, stop)))
    if (stop === bytes.length) return stop
    if (bytes[stop] === AMPERSAND) this.#begin()
    else {
      const name = this.#name === null ? null : formDecoded(Buffer.concat(this.#name))
      this.#state = name !== null && this.#names.isField(name) ? 'secret' : 'value'
    }
    return stop + 1
  }

  #throughValue(bytes: Buffer, at: number, mark: Mark): number {
    const end = bytes.indexOf(AMPERSAND, at)
    const stop = end === -1 ? bytes.length : end
    if (this.#state === 'secret' && stop > at) mark(at, stop, TEXT_MASK)
    if (end === -1) return stop
    this.#begin()
    return stop + 1
  }

  #begin(): void {
    this.#state = 'name'
    this.#name = []
    this.#length = 0
  }
}

/** Of a nested name the secret part may stand anywhere: `user[account][password]`. In bytes. */
const LONGEST_NAME = 4096

function formDecoded(raw: Buffer): Buffer {
  const text = raw.toString('latin1')
  if (!/[%+]/.test(text)) return raw
  return Buffer.from(
    text
      .replaceAll('+', ' ')
      .replaceAll(/%([0-9a-f]{2})/gi, (_whole, hex: string) =>
        String.fromCharCode(parseInt(hex, 16)),
      ),
    'latin1',
  )
}
