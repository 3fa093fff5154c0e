// What an intermediary may not pass on (RFC 9110 7.6.1), over raw `[name, value, name, value]`
// lists, so that order, case and duplicates survive. Shared by the forwarders written here.

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
])

// A sender that names these in Connection wants the next hop to misread the message: stripping
// Content-Length would turn the body into a second request.
const NEVER_NAMED = new Set(['content-length', 'host', 'transfer-encoding'])

/**
 * `framing: 'kept'` leaves Transfer-Encoding in, for an engine that takes it as the order to chunk;
 * `framing: 'dropped'` is for one that frames by itself, or for a peer that cannot read chunks.
 */
export function passing(raw, framing) {
  let named
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i].length === 10 && raw[i].toLowerCase() === 'connection')
      named = namedBy(raw[i + 1], named)
  }
  const kept = []
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i].toLowerCase()
    if (named?.has(name)) continue
    if (HOP_BY_HOP.has(name) && !(framing === 'kept' && name === 'transfer-encoding')) continue
    kept.push(raw[i], raw[i + 1])
  }
  return kept
}

function namedBy(value, named) {
  const plain = value.toLowerCase()
  if (plain === 'keep-alive' || plain === 'close') return named
  const names = named ?? new Set()
  for (const part of plain.split(',')) {
    const name = part.trim()
    if (name !== '' && !NEVER_NAMED.has(name)) names.add(name)
  }
  return names
}

/** How many lines bear this (lower-case) name. */
export function linesOf(raw, name) {
  let lines = 0
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i].length === name.length && raw[i].toLowerCase() === name) lines += 1
  }
  return lines
}

/** A flat raw list as `[name, value]` pairs. */
export function pairs(raw) {
  const list = []
  for (let i = 0; i < raw.length; i += 2) list.push([raw[i], raw[i + 1]])
  return list
}

/**
 * The target in origin-form, and the authority that takes the place of Host (RFC 9112 3.2.2).
 * Cut by hand: a URL parser would normalise the path. `undefined` when it cannot be forwarded.
 */
export function originForm(method, target) {
  if (target.startsWith('/') || (target === '*' && method === 'OPTIONS')) return { target }
  const scheme = /^https?:\/\//i.exec(target)
  if (scheme === null) return undefined
  const rest = target.slice(scheme[0].length)
  const end = rest.search(/[/?#]/)
  const authority = end === -1 ? rest : rest.slice(0, end)
  if (authority === '' || authority.includes('@')) return undefined
  const path = end === -1 ? '' : rest.slice(end)
  if (path === '') return { target: method === 'OPTIONS' ? '*' : '/', authority }
  return { target: path.startsWith('/') ? path : `/${path}`, authority }
}

/** The list with the value of its Host line replaced, where it stands. */
export function withHost(raw, authority) {
  if (authority === undefined) return raw
  return raw.map((text, i) =>
    i % 2 === 1 && raw[i - 1].toLowerCase() === 'host' ? authority : text,
  )
}
