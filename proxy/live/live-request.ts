import { fieldValue } from '../../wire/fields.ts'
import type { Answering, Incoming } from '../downstream.ts'
import type { Limits } from '../limits.ts'
import { answerOwn } from '../own-answer.ts'
import { goingOn, withBody } from '../whole-request.ts'
import { gatherBody, readBeginning, type Beginning } from './gathering.ts'
import { LiveAnswer } from './live-answer.ts'
import type { LiveAliases } from './live-aliases.ts'
import { treatmentOfRequest } from './media.ts'
import { dropRange, renamePassed, renameStreamed, renameWhole, type Renaming } from './renaming.ts'

/**
 * Lets an exchange pass with what the client says in the words of the backend, and the other way round.
 * What is forwarded and recorded is what the backend gets and says.
 */
export function passRenamed(
  { live, limits }: { live: LiveAliases; limits: Limits },
  request: Incoming,
  response: Answering,
  go: (request: Incoming, response: Answering) => void,
): void {
  const send = (read: Incoming, rename: (renaming: Renaming) => Incoming) => {
    // Its body may have taken longer than the epoch.
    const { table } = live
    if (table === null) {
      go(read, response)
      return
    }
    const asked = { target: read.url!, fields: read.rawHeaders }
    const renamed = rename({ live, table, request: read, response })
    const askAgain = () => {
      dropRange(renamed, asked)
      go(renamed, new LiveAnswer(live, table, request, response))
    }
    const again = asksForPart(read) ? askAgain : null
    go(renamed, new LiveAnswer(live, table, request, response, again))
  }
  const late = () => answerOwn(request, response, 'request_timeout')
  const { framing, rawHeaders } = request
  const treatment = treatmentOfRequest(rawHeaders)
  if (framing.kind === 'none' || treatment.how === 'passed') {
    const why = treatment.how === 'passed' && framing.kind !== 'none' ? treatment.why : null
    if (why !== null) live.counts.untouched[why] += 1
    send(request, renamePassed)
    return
  }
  const { syntax } = treatment
  const gather = (from: Incoming) => {
    const whole = (body: Buffer) => {
      send(withBody(from, body), (renaming) => renameWhole(renaming, body, syntax))
    }
    gatherBody(from, limits, whole, late)
  }
  const stream = (from: Incoming) => {
    send(from, (renaming) => renameStreamed(renaming, syntax))
  }
  if (treatment.how !== 'sniffed') {
    if (treatment.how === 'gathered') gather(request)
    else stream(request)
    return
  }
  const { ifJson } = treatment
  const begin = (begun: Beginning) => {
    const { chunks, isJson, rest } = begun
    const all = rest === 'none' ? withBody(request, Buffer.concat(chunks)) : goingOn(request, begun)
    if (isJson === 'no') send(all, renamePassed)
    else if (ifJson === 'gathered') gather(all)
    else stream(all)
  }
  readBeginning(request, limits, begin, late)
}

/** Only GET does (RFC 9110 section 14.2). */
function asksForPart({ method, framing, rawHeaders }: Incoming): boolean {
  const range = fieldValue(rawHeaders, 'range')
  return method === 'GET' && framing.kind === 'none' && range !== undefined
}

/** Of a request with an upgrade there is nothing but its head. */
export function renameHead(live: LiveAliases, request: Incoming, response: Answering): void {
  const { table } = live
  if (table !== null) renamePassed({ live, table, request, response })
}
