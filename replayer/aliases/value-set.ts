/**
 * Values that were seen, in memory that does not grow with them (a Bloom filter): of one that was not it may say
 * that it was, of a million of them for one in forty.
 */
export class ValueSet {
  /** Not before there is one: most runs have none. */
  #bits: Uint8Array | null = null

  add(value: string): void {
    const bits = (this.#bits ??= new Uint8Array(BITS / 8))
    for (const at of placesOf(value)) bits[at >>> 3]! |= 1 << (at & 7)
  }

  has(value: string): boolean {
    const bits = this.#bits
    if (bits === null) return false
    return placesOf(value).every((at) => (bits[at >>> 3]! & (1 << (at & 7))) !== 0)
  }
}

/** A power of two. */
const BITS = 2 ** 23

/** Four bits, by two hashes of the value (FNV-1a, with another start and end). */
function placesOf(value: string): number[] {
  let one = 0x811c9dc5
  let other = 0x01000193
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i)
    one = Math.imul(one ^ code, 0x01000193)
    other = Math.imul(other ^ code, 0x5bd1e995)
  }
  other = (other ^ (other >>> 15)) | 1
  return [0, 1, 2, 3].map((n) => (one + Math.imul(n, other)) & (BITS - 1))
}
