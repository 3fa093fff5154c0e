import { walkJson } from './json-text.ts'
import { within, type Visit } from './site.ts'
import { named } from './url-text.ts'
import { replaced } from './value-text.ts'

/**
 * The text fields of a multipart/form-data body (RFC 7578), in latin-1: those without a file name.
 * Boundaries, heads of parts and files stay byte by byte. Undefined: it is not what it says.
 */
export function walkMultipart(text: string, boundary: string, visit: Visit): string | undefined {
  const mark = `--${boundary}`
  if (!text.startsWith(mark) && !text.includes(`\r\n${mark}`)) return undefined
  const pieces = text.split(mark)
  return pieces
    .map((piece, i) => (i === 0 || piece.startsWith('--') ? piece : walkPart(piece, visit)))
    .join(mark)
}

function walkPart(piece: string, visit: Visit): string {
  const end = piece.indexOf('\r\n\r\n')
  if (end === -1 || !piece.endsWith('\r\n')) return piece
  const head = piece.slice(0, end + 4)
  const body = piece.slice(end + 4, -2)
  const name = /;\s*name="([^"]*)"/i.exec(head)?.[1]
  if (name === undefined || body === '' || /;\s*filename\*?=/i.test(head)) return piece
  const site = within(null, `multipart ${name}`, named(name))
  const type = /\r\ncontent-type:\s*([^\s;]+)/i.exec(head)?.[1]?.toLowerCase()
  if (type?.includes('json')) return `${head}${walkJson(body, site, visit) ?? body}\r\n`
  if (type !== undefined && !type.startsWith('text/')) return piece
  return `${head}${replaced(body, site, visit)}\r\n`
}

/** The boundary that a content type names, or undefined. */
export function boundaryOf(contentType: string): string | undefined {
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? []
  return quoted ?? bare
}
