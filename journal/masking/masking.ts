import type { RawFields } from '../../wire/fields.ts'
import { codingsOf, withoutCodings } from '../../wire/content-coding.ts'
import { fieldValue } from '../../wire/fields.ts'
import { finderFor, isCoded, syntaxOf } from './content.ts'
import { FormFinder } from './form-finder.ts'
import type { Finder } from './finder.ts'
import { maskPiece, maskWhole, type Masked, type SecretPart } from './masked.ts'
import type { SecretNames } from './names.ts'

// Secrets in targets and bodies are masked in place: each byte of a value by another one, so that the
// syntax stays what it was, and lengths and offsets too. What stood there is sealed beside it.

/** The body of a message with its secrets masked; null: it has none. */
export function maskBody(bytes: Buffer, fields: RawFields, names: SecretNames): Masked | null {
  if (bytes.length === 0 || names.longest === 0) return null
  const syntax = syntaxOf(fieldValue(fields, 'content-type'))
  if (syntax === null) return null
  if (isCoded(fields)) return hasSecretInside(bytes, fields, names) ? maskWhole(bytes) : null
  // Most bodies have none, and this tells it at a tenth of the cost.
  if (!names.mayStandIn(bytes)) return null
  const masked = maskPiece(bytes, finderFor(syntax, names), 'last')
  return masked.parts.length === 0 ? null : masked
}

/** Bytes that a coding may make of a body; what makes more is not looked into. */
const MOST_DECODED = 4 * 1024 * 1024

/** Nothing can be masked in place within what is coded. What cannot be read may hold one. */
function hasSecretInside(bytes: Buffer, fields: RawFields, names: SecretNames): boolean {
  // Without one its characters are those of another set.
  if (codingsOf(fields).length === 0) return true
  const decoded = withoutCodings(fields, bytes, { most: MOST_DECODED, cut: 'read' })
  if (decoded === null) return true
  const syntax = syntaxOf(fieldValue(fields, 'content-type'))!
  if (!names.mayStandIn(decoded)) return false
  return maskPiece(decoded, finderFor(syntax, names), 'last').parts.length > 0
}

/** The same of a target: its query. Each character is a byte. */
export function maskTarget(
  target: string,
  names: SecretNames,
): { target: string; parts: readonly SecretPart[] } | null {
  const mark = target.indexOf('?')
  if (mark === -1 || !names.mayStandInText(target)) return null
  const end = target.indexOf('#', mark)
  const query = Buffer.from(target.slice(mark + 1, end === -1 ? undefined : end), 'latin1')
  const { bytes, parts } = maskPiece(query, new FormFinder(names), 'last')
  if (parts.length === 0) return null
  return {
    target:
      target.slice(0, mark + 1) + bytes.toString('latin1') + (end === -1 ? '' : target.slice(end)),
    parts: parts.map(({ offset, value }) => ({ offset: offset + mark + 1, value })),
  }
}

/** The same of a text that may be a URL, or hold one: its query and its fragment. */
export function maskUrl(text: string, names: SecretNames): string {
  if (!/[?#]/.test(text) || !names.mayStandInText(text)) return text
  return text.replaceAll(/([?#])([^?#\s<>"]*)/g, (_whole, mark: string, pairs: string) => {
    const { bytes } = maskPiece(Buffer.from(pairs, 'latin1'), new FormFinder(names), 'last')
    return mark + bytes.toString('latin1')
  })
}

/** The same of what a body says once it was decoded: a text of the message's type. */
export function maskText(text: string, fields: RawFields, names: SecretNames): string {
  const syntax = syntaxOf(fieldValue(fields, 'content-type'))
  if (syntax === null || !names.mayStandInText(text)) return text
  return maskPiece(Buffer.from(text), finderFor(syntax, names), 'last').bytes.toString('utf8')
}

/** Masks a body that is handed over in pieces, each as it is: nothing of it is held back but a few bytes. */
export interface PieceMasker {
  mask(piece: Buffer, place: 'more' | 'last'): Masked & { undecided: number }
}

/** Null: such a body holds none that could be found. */
export function pieceMasker(fields: RawFields, names: SecretNames): PieceMasker | null {
  if (names.longest === 0) return null
  const syntax = syntaxOf(fieldValue(fields, 'content-type'))
  if (syntax === null) return null
  // By the time that it could be read the first pieces are gone.
  if (isCoded(fields)) return { mask: (piece) => ({ ...maskWhole(piece), undecided: 0 }) }
  const finder: Finder = finderFor(syntax, names)
  return { mask: (piece, place) => maskPiece(piece, finder, place) }
}
