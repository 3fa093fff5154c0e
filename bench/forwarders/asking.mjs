// One question on a fresh connection, and how a case says what came of it.

import { RawClient } from './wire.mjs'

export const holds = (saw = '') => ({ holds: true, saw })
export const fails = (saw) => ({ holds: false, saw })
export const verdict = (held, otherwise) => (held ? holds() : fails(otherwise))

/** Sends `text` and waits up to two seconds for a whole answer or the end of the connection. */
export async function ask(address, text) {
  const method = text.slice(0, text.indexOf(' '))
  const client = new RawClient(address)
  client.send(text)
  await client.until(() => client.closed || client.final(method)?.end !== undefined, 2000)
  client.leave()
  return { answers: client.answers(method), final: client.final(method) }
}
