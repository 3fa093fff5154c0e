// Messages are walked as latin-1 text, one code point a byte, so that what is not replaced stays as
// it was byte by byte. Values are compared as the text that they mean.

/** The text that bytes in latin-1 mean; null where they are no UTF-8. */
export function meaningOf(octets: string): string | null {
  if (!HIGH.test(octets)) return octets
  const bytes = Buffer.from(octets, 'latin1')
  const text = bytes.toString('utf8')
  return text.includes('\uFFFD') ? null : text
}

/** The other way round: UTF-8 as latin-1 text. */
export function octetsOf(text: string): string {
  return HIGH.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text
}

const HIGH = /[^\0-\x7f]/

/** What a percent-encoded piece means (RFC 3986 section 2.1); null where that is no UTF-8. */
export function percentDecoded(octets: string): string | null {
  if (!octets.includes('%')) return meaningOf(octets)
  try {
    return decodeURIComponent(meaningOf(octets) ?? '%')
  } catch {
    return null
  }
}

/** Encodes a piece for the place of another: with what that left bare, and its case of hex. */
export function percentEncoded(text: string, bare: RegExp, model: string): string {
  let encoded = ''
  for (const char of text) {
    if (bare.test(char)) encoded += char
    else encoded += /[\uD800-\uDFFF]/.test(char) && char.length === 1 ? '%EF%BF%BD' : escaped(char)
  }
  return /%[0-9]?[a-f]/.test(model)
    ? encoded.replaceAll(/%../g, (hex) => hex.toLowerCase())
    : encoded
}

/** encodeURIComponent leaves some bare that a form does not (RFC 3986 section 2.2). */
function escaped(char: string): string {
  const encoded = encodeURIComponent(char)
  return encoded.length > 1
    ? encoded
    : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}
