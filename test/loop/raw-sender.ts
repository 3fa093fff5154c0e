import { once } from 'node:events'
import net from 'node:net'
import { onTestFinished } from 'vitest'

/** A request as it is to go over the wire; text is latin-1, fields are flat, framing included. */
export interface WireRequest {
  method: string
  target: string
  fields: string[]
  /** Pieces that are written one by one: as chunks where Transfer-Encoding says so. */
  pieces: Buffer[]
  trailers: string[]
}

export interface RawSender {
  /** Sends one and resolves with the status when the whole answer is there. */
  send(request: WireRequest): Promise<number>
}

/** A client on one kept connection, a new one after each that is closed; destroyed after the test. */
export function rawSender(url: string): RawSender {
  const { hostname, port } = new URL(url)
  let socket: net.Socket | null = null
  onTestFinished(() => void socket?.destroy())
  return {
    async send(request) {
      if (socket === null || socket.destroyed) {
        socket = net.connect({ host: hostname, port: Number(port), noDelay: true })
        await once(socket, 'connect')
      }
      const connection = socket
      const answered = readAnswer(connection, request.method)
      for (const bytes of wireBytes(request)) {
        if (!connection.write(bytes)) await Promise.race([once(connection, 'drain'), answered])
      }
      const { status, keeps } = await answered
      if (!keeps) {
        connection.end()
        if (!connection.closed) await once(connection, 'close')
      }
      return status
    },
  }
}

function* wireBytes({ method, target, fields, pieces, trailers }: WireRequest): Generator<Buffer> {
  let head = `${method} ${target} HTTP/1.1\r\n`
  for (let i = 0; i < fields.length; i += 2) head += `${fields[i]}: ${fields[i + 1]}\r\n`
  yield Buffer.from(`${head}\r\n`, 'latin1')
  const chunked = fields.some((name, i) => i % 2 === 0 && /^transfer-encoding$/i.test(name))
  for (const piece of pieces) {
    if (!chunked) yield piece
    else yield Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, CRLF])
  }
  if (!chunked) return
  let end = '0\r\n'
  for (let i = 0; i < trailers.length; i += 2) end += `${trailers[i]}: ${trailers[i + 1]}\r\n`
  yield Buffer.from(`${end}\r\n`, 'latin1')
}

const CRLF = Buffer.from('\r\n')

interface AnswerEnd {
  status: number
  /** Whether the connection serves another request. */
  keeps: boolean
}

/** Reads the one answer that is due; rejects when the connection is closed before its end. */
function readAnswer(socket: net.Socket, method: string): Promise<AnswerEnd> {
  return new Promise((resolve, reject) => {
    let text = ''
    const onData = (chunk: Buffer) => {
      text += chunk.toString('latin1')
      const answer = wholeAnswer(text, method)
      if (answer === null) return
      leave()
      resolve(answer)
    }
    const onClose = () => {
      leave()
      reject(new Error(`closed in the middle of an answer: ${JSON.stringify(text)}`))
    }
    const leave = () => {
      socket.off('data', onData)
      socket.off('close', onClose)
    }
    socket.on('data', onData)
    socket.on('close', onClose)
    // What went wrong shows in `close`.
    if (socket.listenerCount('error') === 0) socket.on('error', () => {})
  })
}

/** An answer that is all there, interim ones passed over, or null. */
function wholeAnswer(text: string, method: string): AnswerEnd | null {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd === -1) return null
  const head = text.slice(0, headEnd)
  const rest = text.slice(headEnd + 4)
  const status = Number(head.slice(9, 12))
  if (status < 200) return wholeAnswer(rest, method)
  const keeps = !/^connection: *close/im.test(head)
  if (method === 'HEAD' || status === 204 || status === 304) return { status, keeps }
  const isWhole = /^transfer-encoding:/im.test(head)
    ? rest.endsWith('0\r\n\r\n')
    : rest.length >= Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
  return isWhole ? { status, keeps } : null
}
