// The code of RFC 7541 appendix B. It is canonical: who knows how long each code is knows them all.

const LENGTHS = [
  ...[13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30],
  ...[28, 28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6],
  ...[5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7],
  ...[7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7],
  ...[7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22],
  ...[22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22],
  ...[23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21],
  ...[23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26],
  ...[27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24],
  ...[20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27],
  ...[28, 27, 27, 27, 27, 27, 26, 30],
]

/** By length and code. */
const SYMBOLS = new Map<string, number>()

let code = 0
for (let length = 5; length <= 30; length++) {
  for (const [symbol, own] of LENGTHS.entries()) {
    if (own === length) SYMBOLS.set(`${length}:${code++}`, symbol)
  }
  code *= 2
}

export function decodeHuffman(bytes: Buffer): Buffer {
  const decoded: number[] = []
  let length = 0
  let bits = 0
  for (const byte of bytes) {
    for (let shift = 7; shift >= 0; shift--) {
      bits = bits * 2 + ((byte >> shift) & 1)
      length++
      const symbol = SYMBOLS.get(`${length}:${bits}`)
      if (symbol === undefined) continue
      decoded.push(symbol)
      length = bits = 0
    }
  }
  // What is left is padding: all ones, and less than a byte.
  if (length > 7 || bits !== 2 ** length - 1) throw new Error('padding that is none')
  return Buffer.from(decoded)
}
