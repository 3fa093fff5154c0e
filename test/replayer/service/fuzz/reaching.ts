import fc from 'fast-check'
import net from 'node:net'
import { once } from 'node:events'
import type { Operation } from './document.ts'
import { tries, type Try } from './requests.ts'
import type { FuzzStage } from './stage.ts'
import type { Asked } from './wire.ts'

// What must be asked, and how things must stand, so that each answer of the document is given.

/** Of each request of a run: enough that each way of being wrong is among them. */
const MANY = 60

export function soundRequest(stage: FuzzStage, operation: Operation): Try {
  return sampled(stage, operation, 'taken')[0]!
}

/** Of requests that are sound but for one thing, all that were drawn. */
export function brokenRequests(stage: FuzzStage, operation: Operation): Try[] {
  return sampled(stage, operation, 'refused')
}

function sampled(stage: FuzzStage, operation: Operation, expected: Try['expected']): Try[] {
  const requests = tries(stage.document, operation, stage.wordsFor(operation))
  return fc.sample(requests, { numRuns: MANY, seed: 1 }).filter((one) => one.expected === expected)
}

/** The same with nothing behind what its path names. */
export function toNobody({ path }: Operation, sound: Asked): Asked {
  const target = path
    .replaceAll(/\{(id|other|entry|number)\}/g, '999999999')
    .replace('{stream}', 'nobody')
    .replace('{side}', 'request')
    .replace('{form}', 'curl')
  const body = sound.body === null ? null : Buffer.from(nobodyIn(sound.body.toString()))
  return { ...sound, target, body }
}

function nobodyIn(json: string): string {
  return json.replace(/"stream":"shop"/, '"stream":"nobody"').replace('"spare"', '"nobody"')
}

/** What is wrong before anybody looks at what is asked. */
export function atTheDoor(sound: Asked): Asked[] {
  const body = Buffer.from('{}')
  return [
    { ...sound, headers: { ...sound.headers, Host: 'rebound.example.com' } },
    { ...sound, body, headers: { 'Transfer-Encoding': 'chunked' } },
    { ...sound, body: Buffer.alloc(70_000, ' ') },
    ...(sound.body === null ? [] : [{ ...sound, headers: { 'Content-Type': 'text/plain' } }]),
  ]
}

/** As many requests as one client may have under way, none of which ends; resolves with what ends them. */
export async function fillTurns(url: string, many: number): Promise<() => void> {
  const { hostname, port } = new URL(url)
  const head =
    'POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
    'Content-Length: 10\r\n\r\n'
  const sockets = await Promise.all(
    Array.from({ length: many }, async () => {
      const socket = net.connect(Number(port), hostname)
      await once(socket, 'connect')
      socket.write(head)
      return socket
    }),
  )
  return () => sockets.forEach((socket) => socket.destroy())
}
