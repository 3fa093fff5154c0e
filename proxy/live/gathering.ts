import { Beginning as JsonBeginning } from '../../aliases/streaming/sniffing-stream.ts'
import type { Incoming } from '../downstream.ts'
import { Deadlines, type Limits } from '../limits.ts'
import type { BodySoFar } from '../whole-request.ts'

// What is read of a request before it goes on. It may take no longer than it would on its way.

/** Reads its body to the end. */
export function gatherBody(
  request: Incoming,
  limits: Limits,
  then: (body: Buffer) => void,
  late: () => void,
): void {
  const chunks: Buffer[] = []
  const stop = reading(request, limits, late, {
    data: (chunk) => void chunks.push(chunk),
    end() {
      stop()
      then(Buffer.concat(chunks))
    },
  })
}

/** What was read of a body. */
export interface Beginning extends BodySoFar {
  isJson: 'yes' | 'no'
}

/** Reads as much of its body as tells whether it is JSON. */
export function readBeginning(
  request: Incoming,
  limits: Limits,
  then: (beginning: Beginning) => void,
  late: () => void,
): void {
  const chunks: Buffer[] = []
  const beginning = new JsonBeginning()
  const stop = reading(request, limits, late, {
    data(chunk) {
      chunks.push(chunk)
      const isJson = beginning.add(chunk.toString('latin1'))
      if (isJson === 'maybe') return
      stop()
      request.pause()
      then({ chunks, isJson, rest: 'some' })
    },
    end() {
      stop()
      then({ chunks, isJson: 'no', rest: 'none' })
    },
  })
}

/** Answers what ends it. */
function reading(
  request: Incoming,
  limits: Limits,
  late: () => void,
  { data, end }: { data: (chunk: Buffer) => void; end: () => void },
): () => void {
  const deadlines = new Deadlines(limits, () => {
    stop()
    late()
  })
  const take = (chunk: Buffer) => {
    deadlines.flows()
    data(chunk)
  }
  const stop = () => {
    deadlines.end()
    request.off('data', take)
    request.off('end', end)
  }
  deadlines.flows()
  request.on('close', stop)
  request.on('end', end)
  request.on('data', take)
  return stop
}
