// Some entries of a chunk: a bit each, or two bytes for the place of each where that is less.

const PLACE_BYTES = 2

/** The places in ascending order. */
export function packed(places: readonly number[], entries: number): Buffer {
  const bytes = bytesFor(entries)
  if (places.length * PLACE_BYTES >= bytes) return bitsOf(places, bytes)
  const few = Buffer.alloc(places.length * PLACE_BYTES)
  for (const [i, place] of places.entries()) few.writeUInt16LE(place, i * PLACE_BYTES)
  return few
}

/** As a bit each. */
export function unpacked(packed: Buffer, entries: number): Uint8Array {
  const bytes = bytesFor(entries)
  if (packed.length === bytes) return packed
  const places = Array.from({ length: packed.length / PLACE_BYTES }, (_, i) =>
    packed.readUInt16LE(i * PLACE_BYTES),
  )
  return bitsOf(places, bytes)
}

export function bytesFor(entries: number): number {
  return Math.ceil(entries / 8)
}

export function bitsOf(places: readonly number[], bytes: number): Buffer {
  const bits = Buffer.alloc(bytes)
  for (const place of places) bits[place >> 3]! |= 1 << (place & 7)
  return bits
}

export function placesIn(bits: Uint8Array, entries: number): number[] {
  const places: number[] = []
  for (const [i, byte] of bits.entries()) {
    for (let rest = byte; rest !== 0; rest &= rest - 1) {
      places.push(i * 8 + 31 - Math.clz32(rest & -rest))
    }
  }
  while (places.length > 0 && places.at(-1)! >= entries) places.pop()
  return places
}
