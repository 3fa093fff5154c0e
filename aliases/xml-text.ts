import { within, type Visit } from './site.ts'
import { replaced } from './value-text.ts'

/**
 * The texts and attributes of an XML document, in latin-1, by the path of their element. A scanner
 * of tags, not a parser: what is no well-formed document shows less, never something else.
 */
export function walkXml(text: string, visit: Visit): string | undefined {
  if (!/^\s*</.test(text)) return undefined
  const open: Element[] = [{ path: 'xml ', name: '', holder: '', seen: new Map() }]
  let written = ''
  let at = 0
  for (const match of text.matchAll(MARKUP)) {
    const top = open.at(-1)!
    written += walkContent(text.slice(at, match.index), top, visit)
    at = match.index + match[0].length
    const [tag, closing, opening, attributes, selfClosing] = match
    if (closing !== undefined) {
      if (open.length > 1) open.pop()
    } else if (opening !== undefined) {
      const element = child(top, opening)
      const now = walkAttributes(attributes!, element, visit)
      written += `<${opening}${now}${selfClosing}>`
      if (selfClosing === '') open.push(element)
      continue
    }
    written += tag
  }
  return written + text.slice(at)
}

/** The same of one text between tags, or of one tag that opens; of their places nothing is told. */
export function walkXmlPiece(piece: string, visit: Visit): string {
  if (!piece.startsWith('<')) return walkContent(piece, SOMEWHERE, visit)
  const [, opening, attributes, selfClosing] = TAG.exec(piece) ?? []
  if (opening === undefined) return piece
  return `<${opening}${walkAttributes(attributes!, SOMEWHERE, visit)}${selfClosing}>`
}

interface Element {
  path: string
  name: string
  holder: string
  seen: Map<string, number>
}

const OPENING = /<([^\s/>!?]+)((?:\s+[^\s=>/]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*)(\/?)>/
const TAG = new RegExp(`^${OPENING.source}$`)
const MARKUP = new RegExp(
  `<!--.*?-->|<!\\[CDATA\\[.*?\\]\\]>|<\\?.*?\\?>|<![^>]*>|<\\/([^\\s>]+)\\s*>|${OPENING.source}`,
  'gs',
)

const SOMEWHERE: Element = { path: 'xml', name: '', holder: '', seen: new Map() }

/** Without the prefix, which each document chooses for itself. */
function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

function child(parent: Element, tag: string): Element {
  const name = localName(tag)
  const n = (parent.seen.get(name) ?? 0) + 1
  parent.seen.set(name, n)
  const path = `${parent.path}/${n === 1 ? name : `${name}#${n}`}`
  return { path, name, holder: parent.name, seen: new Map() }
}

function walkContent(content: string, { path, name, holder }: Element, visit: Visit): string {
  const body = content.trim()
  if (body === '') return content
  const at = content.indexOf(body)
  const [before, after] = [content.slice(0, at), content.slice(at + body.length)]
  const site = within(null, path, { key: name, holder })
  return before + escapedAgain(body, (meant) => replaced(meant, site, visit)) + after
}

function walkAttributes(attributes: string, element: Element, visit: Visit): string {
  if (!attributes.includes('=')) return attributes
  return attributes.replaceAll(
    /([^\s=]+)(\s*=\s*)(["'])(.*?)\3/gs,
    (whole, name: string, equals: string, quote: string, value: string) => {
      if (value === '' || name.startsWith('xmlns')) return whole
      const key = localName(name)
      const site = within(null, `${element.path}/@${key}`, { key, holder: element.name })
      const now = escapedAgain(value, (meant) => replaced(meant, site, visit))
      return `${name}${equals}${quote}${now}${quote}`
    },
  )
}

/** Shows a piece with its references undone; where it is left it stays as it was spelt. */
export function escapedAgain(raw: string, change: (meant: string) => string): string {
  const meant = unescaped(raw)
  const now = change(meant)
  if (now === meant) return raw
  return now
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', raw.includes('&#34;') ? '&#34;' : '&quot;')
}

export function unescaped(raw: string): string {
  if (!raw.includes('&')) return raw
  return raw.replaceAll(
    /&(?:amp|lt|gt|quot|apos|#(\d{1,3})|#x([0-9a-f]{1,2}));/gi,
    (all, dec, hex) => {
      const code = dec === undefined ? parseInt(hex ?? '', 16) : Number(dec)
      return Number.isNaN(code)
        ? (NAMED[all.toLowerCase()] ?? all)
        : code < 128
          ? String.fromCharCode(code)
          : all
    },
  )
}

const NAMED: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
}
