/** An expression between `{{` and `}}`. */
export type Term =
  | { kind: 'constant'; value: unknown }
  /** `.Values.a`, `$name`: from what, and which members. */
  | { kind: 'path'; from: string; names: string[] }
  | { kind: 'call'; name: string; parameters: Term[] }

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|-?\d+|\$?[\w.]+|\$|\.|[()|])/y

export function parseExpression(source: string): Term {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < source.trimEnd().length) {
    const at = TOKEN.lastIndex
    const found = TOKEN.exec(source)
    if (found === null) throw new Error(`not understood: ${source.slice(at)}`)
    tokens.push(found[1]!)
  }
  const term = pipeline(tokens)
  if (tokens.length > 0) throw new Error(`more than an expression: ${source}`)
  return term
}

/** What stands before `|` is the last parameter of what stands behind it. */
function pipeline(tokens: string[]): Term {
  let term = command(tokens, [])
  while (tokens[0] === '|') {
    tokens.shift()
    term = command(tokens, [term])
  }
  return term
}

function command(tokens: string[], last: Term[]): Term {
  const first = tokens.shift()
  if (first === undefined) throw new Error('an expression is missing')
  if (!/^[a-z]\w*$/i.test(first) || /^(true|false|nil)$/.test(first)) {
    if (last.length > 0) throw new Error(`${first} takes no parameter`)
    return operand(first, tokens)
  }
  const parameters: Term[] = []
  while (tokens.length > 0 && tokens[0] !== '|' && tokens[0] !== ')') {
    const next = tokens.shift()!
    const isFunction = /^[a-z]\w*$/i.test(next) && !/^(true|false|nil)$/.test(next)
    parameters.push(
      isFunction ? { kind: 'call', name: next, parameters: [] } : operand(next, tokens),
    )
  }
  return { kind: 'call', name: first, parameters: [...parameters, ...last] }
}

function operand(token: string, tokens: string[]): Term {
  if (token === '(') {
    const term = pipeline(tokens)
    if (tokens.shift() !== ')') throw new Error('a parenthesis is open')
    return term
  }
  if (token.startsWith('"') || /^-?\d+$/.test(token) || /^(true|false)$/.test(token)) {
    return { kind: 'constant', value: JSON.parse(token) as unknown }
  }
  const [from = '', ...names] = token.split('.')
  if (from !== '' && !from.startsWith('$')) throw new Error(`not understood: ${token}`)
  return { kind: 'path', from: from || '.', names: names.filter(Boolean) }
}
