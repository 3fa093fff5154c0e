import type { Answer } from './client.ts'
import { expect } from 'vitest'
import type { Seen } from './origin.ts'
import type { Stand } from './stand.ts'

/** One behaviour of a proxy, and how to see whether it is there. */
export interface Case {
  name: string
  /** Of the RFC, or of the promise that nothing changes on the wire (`promise`). */
  section: string
  /** Why it is right though neither nginx nor HAProxy passes it. */
  alone?: string
  /** Rejects where the behaviour is not there. */
  run(stand: Stand): Promise<void>
}

/** A request, its answer, and what either side must have got. */
interface Passing extends Omit<Case, 'run'> {
  send: string | Buffer
  /** What the origin says once it has the request; default: 200 with `ok`. */
  answer?: string | Buffer
  /** Of the request, if it is not GET. */
  method?: string
  seen?: (request: Seen) => void
  got?: (answer: Answer) => void
}

export function passing({ send, answer, method = 'GET', seen, got, ...about }: Passing): Case {
  return {
    ...about,
    async run(stand) {
      if (answer !== undefined) stand.origin.answers(answer)
      const client = await stand.connect()
      client.send(send)
      const answered = await client.answer(method)
      // What the proxy says in its own name is not what was passed on.
      expect(stand.origin.requests).toHaveLength(1)
      seen?.(stand.origin.requests[0]!)
      if (got === undefined) expect(answered).toMatchObject({ status: 200, end: 'whole' })
      else got(answered)
    },
  }
}

/** Bytes that can be read in more than one way, or in none. */
interface Ambiguous extends Omit<Case, 'run'> {
  send: string | Buffer
  /** The one reading that may be forwarded; where there is none it has to be refused. */
  reading?: Partial<Pick<Seen, 'method' | 'target'>> & { body?: string }
  /** With what it is refused; default: any 4xx, 501 or 505. */
  status?: number
}

/** Refused and the connection closed, or forwarded as exactly one request that reads as it should. */
export function ambiguous({ send, reading, status, ...about }: Ambiguous): Case {
  return {
    ...about,
    async run(stand) {
      const client = await stand.connect()
      client.send(send)
      const answered = await client.answer()
      if (answered.status !== 200) {
        if (status === undefined) expect(String(answered.status)).toMatch(/^4\d\d$|^50[15]$/)
        else expect(answered.status).toBe(status)
        await client.closed()
        await stand.settled()
        expect(stand.origin.requests).toEqual([])
        return
      }
      await stand.settled()
      const [request, ...more] = stand.origin.requests
      expect(reading, 'forwarded, though there is no right reading').toBeDefined()
      const { body, ...head } = reading!
      expect(request).toMatchObject(head)
      if (body !== undefined) expect(request!.bytes.toString('latin1')).toBe(body)
      expect(more).toEqual([])
    },
  }
}

/** Values of fields, names in lower case, without what is of one hop or names a proxy. */
export function endToEnd(message: { fields: Seen['fields'] }): string[] {
  return asSent(message).map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase()))
}

/** As `Name: value`, in order and case, without what is of one hop or names a proxy. */
export function asSent(message: { fields: Seen['fields'] }): string[] {
  return message.fields
    .filter(([name]) => !OF_ONE_HOP.test(name))
    .map(([name, value]) => `${name}: ${value}`)
}

const OF_ONE_HOP = /^(?:connection|keep-alive|transfer-encoding|via|forwarded|x-forwarded-\w+)$/i
