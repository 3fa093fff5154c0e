import { parseExpression, type Term } from './helm-expression.ts'
import { FUNCTIONS, isTrue, textOf, type Call } from './helm-functions.ts'

// Helm's templates (Go's text/template), as far as the chart in deploy/helm uses them. Whatever else is met
// throws: what this renders, Helm renders to the same.

interface Scope {
  /** What `.` is, and what `$` is. */
  dot: unknown
  root: unknown
  variables: Readonly<Record<string, unknown>>
}

type Node =
  | { kind: 'text'; text: string }
  | { kind: 'value'; term: Term }
  | { kind: 'if'; term: Term; met: Node[]; otherwise: Node[] }
  | { kind: 'range'; key: string; value: string; term: Term; body: Node[] }

export interface Templates {
  /** Parses a file: its text, and the templates that it defines for all. */
  add(file: string, text: string): void
  /** Renders an added file. */
  render(file: string, root: unknown): string
}

export function helmTemplates(): Templates {
  const defined = new Map<string, Node[]>()
  const call: Call = (name, dot) => {
    const nodes = defined.get(name)
    if (nodes === undefined) throw new Error(`no template '${name}'`)
    return rendered(nodes, { dot, root: dot, variables: {} }, call)
  }
  return {
    add: (file, text) => defined.set(file, parse(tokensOf(text), defined)),
    render: (file, root) => call(file, root),
  }
}

type Token = { text: string } | { action: string }

/** `{{-` takes the white space before it away, `-}}` that behind it. */
function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  let trims = false
  const text = (end: number, isTrimmed: boolean) => {
    let piece = source.slice(at, end)
    if (trims) piece = piece.trimStart()
    if (isTrimmed) piece = piece.trimEnd()
    tokens.push({ text: piece })
  }
  for (const match of source.matchAll(/\{\{(-?)\s*([\s\S]*?)\s*(-?)\}\}/g)) {
    text(match.index, match[1] === '-')
    if (!match[2]!.startsWith('/*')) tokens.push({ action: match[2]! })
    at = match.index + match[0].length
    trims = match[3] === '-'
  }
  text(source.length, false)
  return tokens
}

function parse(tokens: Token[], defined: Map<string, Node[]>): Node[] {
  const { nodes, ended } = parseUntil(tokens, defined)
  if (ended !== 'file') throw new Error(`{{ ${ended} }} without a beginning`)
  return nodes
}

function parseUntil(
  tokens: Token[],
  defined: Map<string, Node[]>,
): { nodes: Node[]; ended: 'file' | 'end' | 'else' } {
  const nodes: Node[] = []
  for (;;) {
    const token = tokens.shift()
    if (token === undefined) return { nodes, ended: 'file' }
    if ('text' in token) {
      nodes.push({ kind: 'text', text: token.text })
      continue
    }
    const [word = '', ...rest] = token.action.split(/\s+/)
    const body = rest.join(' ')
    if (word === 'end' || (word === 'else' && body === '')) return { nodes, ended: word }
    if (word === 'define') defined.set(JSON.parse(body) as string, blockOf(tokens, defined))
    else if (word === 'if') nodes.push(ifOf(body, tokens, defined))
    else if (word === 'range') nodes.push(rangeOf(body, tokens, defined))
    else nodes.push({ kind: 'value', term: parseExpression(token.action) })
  }
}

function blockOf(tokens: Token[], defined: Map<string, Node[]>): Node[] {
  const { nodes, ended } = parseUntil(tokens, defined)
  if (ended !== 'end') throw new Error(`expected {{ end }}, found ${ended}`)
  return nodes
}

function ifOf(condition: string, tokens: Token[], defined: Map<string, Node[]>): Node {
  const { nodes: met, ended } = parseUntil(tokens, defined)
  const otherwise = ended === 'else' ? blockOf(tokens, defined) : []
  if (ended === 'file') throw new Error('{{ if }} without an end')
  return { kind: 'if', term: parseExpression(condition), met, otherwise }
}

function rangeOf(body: string, tokens: Token[], defined: Map<string, Node[]>): Node {
  const [, key = '', value = '', list = ''] = /^(\$\w+), (\$\w+) := (.*)$/.exec(body) ?? []
  if (list === '') throw new Error(`a range of another form: ${body}`)
  return { kind: 'range', key, value, term: parseExpression(list), body: blockOf(tokens, defined) }
}

function rendered(nodes: readonly Node[], scope: Scope, call: Call): string {
  return nodes.map((node) => renderedNode(node, scope, call)).join('')
}

function renderedNode(node: Node, scope: Scope, call: Call): string {
  switch (node.kind) {
    case 'text':
      return node.text
    case 'value':
      return textOf(evaluate(node.term, scope, call))
    case 'if':
      return rendered(
        isTrue(evaluate(node.term, scope, call)) ? node.met : node.otherwise,
        scope,
        call,
      )
    case 'range':
      return ranged(node, scope, call)
  }
}

/** Go goes through a map by its keys in order. */
function ranged(node: Node & { kind: 'range' }, scope: Scope, call: Call): string {
  const map = evaluate(node.term, scope, call) as Record<string, unknown>
  const keys = Object.keys(map).sort()
  return keys
    .map((key) => {
      const variables = { ...scope.variables, [node.key]: key, [node.value]: map[key] }
      return rendered(node.body, { ...scope, dot: map[key], variables }, call)
    })
    .join('')
}

function evaluate(term: Term, scope: Scope, call: Call): unknown {
  switch (term.kind) {
    case 'constant':
      return term.value
    case 'path': {
      const from = term.from === '.' ? scope.dot : variable(term.from, scope)
      return term.names.reduce<unknown>(member, from)
    }
    case 'call': {
      const known = FUNCTIONS[term.name]
      if (known === undefined) throw new Error(`a function that is not rendered here: ${term.name}`)
      return known(
        term.parameters.map((one) => evaluate(one, scope, call)),
        call,
      )
    }
  }
}

function variable(name: string, { root, variables }: Scope): unknown {
  if (name === '$') return root
  if (!Object.hasOwn(variables, name)) throw new Error(`no variable ${name}`)
  return variables[name]
}

/** What is not there is nil; a member of nil is an error of Go's. */
function member(value: unknown, name: string): unknown {
  if (value === null || value === undefined) throw new Error(`nil has no .${name}`)
  return (value as Record<string, unknown>)[name]
}
