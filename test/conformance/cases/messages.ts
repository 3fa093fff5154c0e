import { asBytes } from '../client.ts'

// Messages as the cases write them.

/** A request with these field lines, each with its CRLF, and a body that they describe. */
export function request(line: string, fields = '', body: string | Buffer = ''): Buffer {
  return Buffer.concat([
    asBytes(`${line} HTTP/1.1\r\nHost: case.test\r\n${fields}\r\n`),
    asBytes(body),
  ])
}

export function post(fields = '', body: string | Buffer = ''): Buffer {
  return request('POST /case', fields, body)
}

/** With a body that Content-Length delimits. */
export function postOf(body: string | Buffer, fields = ''): Buffer {
  return post(`${fields}Content-Length: ${asBytes(body).length}\r\n`, body)
}

export const CHUNKED = 'Transfer-Encoding: chunked\r\n'

/** As chunks of so many bytes with the last one, and trailer lines, each with its CRLF. */
export function chunks(body: string | Buffer, size = 65_536, trailers = ''): Buffer {
  const bytes = asBytes(body)
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size)
    parts.push(asBytes(`${part.length.toString(16)}\r\n`), part, asBytes('\r\n'))
  }
  return Buffer.concat([...parts, asBytes(`0\r\n${trailers}\r\n`)])
}

/** An answer with these field lines, each with its CRLF, and a body that they describe. */
export function answer(fields = '', body: string | Buffer = '', status = '200 OK'): Buffer {
  return Buffer.concat([asBytes(`HTTP/1.1 ${status}\r\n${fields}\r\n`), asBytes(body)])
}

export const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, i) => i))

/** Longer than what any buffer on the way holds. */
export const LARGE = Buffer.alloc(6 * 1024 * 1024, 'reprise ')

/** A body that would be a request, were it not a body. */
export const SPELLED = 'POST /smuggled HTTP/1.1\r\nHost: case.test\r\nContent-Length: 0\r\n\r\n'
