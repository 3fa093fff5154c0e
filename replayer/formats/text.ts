/** Bytes as text, where they are UTF-8 to the last one; null: they are not. */
export function textOf(bytes: Buffer): string | null {
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : null
}

/** The same of latin-1, one code point a byte; what is no UTF-8 stays as it is. */
export function fromLatin1(text: string): string {
  return textOf(Buffer.from(text, 'latin1')) ?? text
}
