import { walkJson } from './json-text.ts'
import { within, type Site, type Visit } from './site.ts'
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
  const field = fieldOf(head)
  if (field === null || body === '') return piece
  const { site } = field
  const now =
    field.as === 'json' ? (walkJson(body, site, visit) ?? body) : replaced(body, site, visit)
  return `${head}${now}\r\n`
}

/** What the head of a part says of it; null of a file, and of what is no text. */
export function fieldOf(head: string): { as: 'json' | 'text'; site: Site } | null {
  const name = /;\s*name="([^"]*)"/i.exec(head)?.[1]
  if (name === undefined || /;\s*filename\*?=/i.test(head)) return null
  const site = within(null, `multipart ${name}`, named(name))
  const type = /\r\ncontent-type:\s*([^\s;]+)/i.exec(head)?.[1]?.toLowerCase()
  if (type?.includes('json')) return { as: 'json', site }
  return type === undefined || type.startsWith('text/') ? { as: 'text', site } : null
}

/** The boundary that a content type names, or undefined. */
export function boundaryOf(contentType: string): string | undefined {
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? []
  return quoted ?? bare
}
