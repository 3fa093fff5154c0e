import { pipeline, Transform, Writable, type Readable } from 'node:stream'
import { BodyRewriter, type Syntax } from '../../aliases/streaming/body-rewriter.ts'
import { codingStreams, streamedCoding } from '../../aliases/streaming/coding-streams.ts'
import type { Visit } from '../../aliases/site.ts'
import type { RawFields } from '../../wire/fields.ts'
import type { Tally } from './tally.ts'

/** A body on its way through what replaces values in it, under backpressure from end to end. */
export interface BodyFlow {
  input: Writable
  output: Readable
}

export interface FlowOptions {
  syntax: Syntax
  /** As they came. */
  fields: RawFields
  visit: Visit
  tally: Tally
  /** It is not what its coding says: no more of it comes out. */
  broken: () => void
}

/** For a body that begins with `first`, which is to be written still. Null: it goes on as it is. */
export function openFlow(options: FlowOptions, first: Buffer): BodyFlow | null {
  const { fields, tally } = options
  const coding = streamedCoding(fields) ?? null
  if (coding === null) {
    const rewriting = rewritingStream(options, (end) => end())
    return { input: rewriting, output: rewriting }
  }
  const streams = codingStreams(coding, first)
  if (streams === undefined) {
    tally.untouched('coding')
    return null
  }
  const { undo, redo } = streams
  undo.once('error', () => {
    // It was closed.
    if (redo.destroyed) return
    tally.untouched('coding')
    options.broken()
  })
  const input = toItsEnd(undo)
  const rewriting = rewritingStream(options, (end) => {
    if (input.writableFinished) end()
    else input.once('finish', end)
  })
  // Whoever is destroyed takes the others along.
  pipeline(undo, rewriting, redo, () => {})
  return { input, output: redo }
}

/**
 * What stands behind the end of a coding, as padding does, is none of it, and goes nowhere: a stream of zlib
 * ends there, and takes nothing more.
 */
function toItsEnd(undo: Transform): Writable {
  let goOn = () => {}
  undo.once('end', () => goOn())
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      let isDone = false
      goOn = () => {
        if (!isDone) done()
        isDone = true
      }
      if (undo.readableEnded) goOn()
      else undo.write(chunk, goOn)
    },
    final(done) {
      undo.end()
      done()
    },
  })
}

export function closeFlow({ input, output }: BodyFlow): void {
  input.destroy()
  output.destroy()
}

/** `whenOver`: what came out may be all there is, but what goes in is not over yet. */
function rewritingStream(
  { syntax, fields, visit, tally }: FlowOptions,
  whenOver: (end: () => void) => void,
): Transform {
  const rewriter = new BodyRewriter(syntax, fields, visit, tally)
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, rewriter.write(chunk)),
    flush: (done) => whenOver(() => done(null, rewriter.end())),
  })
}
