import http from 'node:http'
import { once } from 'node:events'

export interface Asked {
  method: string
  /** With its query string, as it goes on the wire. */
  target: string
  headers: Readonly<Record<string, string>>
  body: Buffer | null
}

export interface Answer {
  /** Of the request. */
  method: string
  status: number
  headers: Readonly<Record<string, string>>
  text: string
}

/** Asks as it is told to; of an event stream the head is all that is waited for. */
export async function ask(
  url: string,
  agent: http.Agent,
  { method, target, headers, body }: Asked,
): Promise<Answer> {
  const { hostname, port } = new URL(url)
  // As the client of Node would not say it of a DELETE.
  const isChunked = headers['Transfer-Encoding'] !== undefined
  const length = body !== null && !isChunked && { 'Content-Length': String(body.length) }
  const framed = { ...length, ...headers }
  const request = http.request({ hostname, port, agent, method, path: target, headers: framed })
  request.end(body ?? undefined)
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage]
  const said = Object.entries(answer.headers).map(([name, value]) => [name, String(value)])
  const head = {
    ...{ method, status: answer.statusCode! },
    headers: Object.fromEntries(said) as Record<string, string>,
  }
  if (head.headers['content-type'] === 'text/event-stream' && method !== 'HEAD') {
    answer.destroy()
    return { ...head, text: '' }
  }
  const pieces: Buffer[] = []
  for await (const piece of answer) pieces.push(piece as Buffer)
  return { ...head, text: Buffer.concat(pieces).toString('utf8') }
}
