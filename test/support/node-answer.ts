import http from 'node:http'
import { Duplex } from 'node:stream'

export interface NodeAnswer {
  status: number
  fields: string[]
  body: string
  trailers: string[]
  end: 'whole' | 'cut'
}

/** What node:http makes of an answer to a GET, after which the connection ends; null: it is none. */
export function readByNode(bytes: Buffer): Promise<NodeAnswer | null> {
  const connection = new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      done()
      if (connection.readableEnded) return
      connection.push(bytes)
      connection.push(null)
    },
  })
  return new Promise((resolve) => {
    const request = http.request({ createConnection: () => connection, method: 'GET' })
    request.on('error', () => resolve(null))
    request.on('response', (answer) => {
      let body = ''
      answer.setEncoding('latin1')
      answer.on('data', (text: string) => (body += text))
      answer.on('error', () => {})
      answer.on('close', () => {
        const { statusCode, rawHeaders, rawTrailers, complete } = answer
        const end = complete ? 'whole' : 'cut'
        resolve({ status: statusCode!, fields: rawHeaders, body, trailers: rawTrailers, end })
      })
    })
    request.end()
  })
}
