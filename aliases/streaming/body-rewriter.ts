import { fieldValue, type RawFields } from '../../wire/fields.ts'
import { boundaryOf } from '../multipart-text.ts'
import { within, type Visit } from '../site.ts'
import { walkQuery } from '../url-text.ts'
import { deep, replaced } from '../value-text.ts'
import { JsonStream } from './json-stream.ts'
import { MultipartStream } from './multipart-stream.ts'
import { Output, Passing, type Change, type Flaw, type Rewriter } from './output.ts'
import { PiecesStream } from './pieces-stream.ts'
import { SniffingStream } from './sniffing-stream.ts'
import { WholeStream } from './whole-stream.ts'
import { XmlStream } from './xml-stream.ts'

/** Is told of what was replaced, and once or more of what could not be. */
export interface Notes {
  changed(change: Change): void
  flawed(flaw: Flaw): void
}

/** Replaces values in a body as it comes, its content codings undone. */
export class BodyRewriter {
  readonly #output: Output
  readonly #rewriter: Rewriter

  /** `visit` is shown every value, and of its place whether it is the name of a member. */
  constructor(syntax: Syntax, fields: RawFields, visit: Visit, notes: Notes) {
    this.#output = new Output(
      (change) => notes.changed(change),
      (flaw) => notes.flawed(flaw),
    )
    this.#rewriter = rewriterOf(syntax, fields, deep(visit), this.#output)
  }

  /** What can go on. */
  write(bytes: Buffer): Buffer {
    this.#rewriter.write(bytes.toString('latin1'))
    return Buffer.from(this.#output.take(), 'latin1')
  }

  /** The body came to its proper end. What goes on still. */
  end(): Buffer {
    this.#rewriter.end()
    return Buffer.from(this.#output.take(), 'latin1')
  }
}

/** What can be rewritten as it streams. */
export type Syntax = 'json' | 'form' | 'multipart' | 'xml' | 'events' | 'plain' | 'untyped'

/** Null: of a kind in which nothing is replaced. */
export function streamedSyntax(fields: RawFields): Syntax | null {
  const type = fieldValue(fields, 'content-type')?.toLowerCase()
  if (type === undefined) return 'untyped'
  const [, media = ''] = /^\s*([^;\s]*)/.exec(type) ?? []
  if (media.includes('grpc')) return null
  if (media.includes('json')) return 'json'
  if (media === 'application/x-www-form-urlencoded') return 'form'
  if (media === 'multipart/form-data') return boundaryOf(type) === undefined ? null : 'multipart'
  if (media === 'text/event-stream') return 'events'
  if (/\bxml\b/.test(media)) return 'xml'
  return media === 'text/plain' ? 'plain' : null
}

function rewriterOf(syntax: Syntax, fields: RawFields, visit: Visit, output: Output): Rewriter {
  const unlessJson = (otherwise: () => Rewriter) =>
    new SniffingStream((as) => (as === 'json' ? new JsonStream(output, visit) : otherwise()))
  switch (syntax) {
    case 'json':
      return new JsonStream(output, visit)
    case 'form': {
      const pair = (text: string) => walkQuery(text, null, 'form', visit)
      return unlessJson(() => new PiecesStream(output, /&/g, pair))
    }
    case 'multipart': {
      const boundary = boundaryOf(fieldValue(fields, 'content-type')!)!
      return new MultipartStream(output, boundary, visit)
    }
    case 'xml':
      return new XmlStream(output, visit)
    case 'events':
      return new PiecesStream(output, /[\r\n]/g, (line) => eventLine(line, visit))
    case 'plain':
      return unlessJson(() => plainRewriter(fields, visit, output))
    case 'untyped':
      return unlessJson(() => new Passing(output))
  }
}

/** Without a length it may be a log that is followed, of which nothing is held. */
function plainRewriter(fields: RawFields, visit: Visit, output: Output): Rewriter {
  if (fieldValue(fields, 'content-length') === undefined) return new Passing(output)
  return new WholeStream(output, (text) => replaced(text, within(null, 'text'), visit))
}

/** A line of an event stream: its data, JSON or one value, and its id. */
function eventLine(line: string, visit: Visit): string {
  const [, name, value] = /^((?:data|id): ?)(.+)$/.exec(line) ?? []
  if (name === undefined) return line
  return name + replaced(value!, within(null, 'event'), visit)
}
