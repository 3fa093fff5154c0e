/** One part of a multipart body (RFC 2046 section 5.1). */
export interface Part {
  /** What its Content-Disposition says; null where it does not. */
  name: string | null
  file: string | null
  type: string
  bytes: Uint8Array<ArrayBuffer>
}

/** The parts; empty where the bytes are not what their type says. */
export function parseMultipart(bytes: Uint8Array<ArrayBuffer>, contentType: string): Part[] {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined) return []
  // One character a byte, so that places in the text are places in the bytes.
  const text = latin1(bytes)
  const mark = `--${boundary}`
  const parts: Part[] = []
  let at = text.startsWith(mark) ? 0 : text.indexOf(`\r\n${mark}`) + 2
  if (at === 1) return []
  for (;;) {
    const from = at + mark.length
    if (text.startsWith('--', from)) return parts
    const end = text.indexOf(`\r\n${mark}`, from)
    const part = text.slice(from, end === -1 ? undefined : end)
    const begin = part.indexOf('\r\n')
    const split = part.startsWith('\r\n\r\n', begin) ? begin : part.indexOf('\r\n\r\n')
    if (begin !== -1 && split !== -1) {
      const [head, start] = [part.slice(begin, split), from + split + 4]
      parts.push(partOf(head, bytes.slice(start, end === -1 ? undefined : end)))
    }
    if (end === -1) return parts
    at = end + 2
  }
}

function partOf(head: string, bytes: Uint8Array<ArrayBuffer>): Part {
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(head)?.[1]?.trim()
  const disposition = field('content-disposition') ?? ''
  const parameter = (name: string) => {
    const found = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(disposition)?.[1]
    return found === undefined ? null : utf8(found)
  }
  return {
    name: parameter('name'),
    file: parameter('filename'),
    type: field('content-type') ?? '',
    bytes,
  }
}

function latin1(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192))
  }
  return text
}

/** Names are written in UTF-8, and stand here one character a byte. */
function utf8(text: string): string {
  return new TextDecoder().decode(Uint8Array.from(text, (one) => one.charCodeAt(0)))
}
