import { expect } from 'vitest'
import type { Case } from '../case.ts'
import { valuesOf } from '../message.ts'
import { request } from './messages.ts'

/** Answers that have no body whatever their fields say, on a connection that goes on after them. */
const cases = [
  ['HEAD with a length', '9110 9.3.2', 'HEAD', '200 OK', 'Content-Length: 700\r\n'],
  ['HEAD with a length of 0', '9110 9.3.2', 'HEAD', '200 OK', 'Content-Length: 0\r\n'],
  ['HEAD without a length', '9110 9.3.2', 'HEAD', '200 OK', 'X-One: 1\r\n'],
  ['HEAD with a coding', '9110 9.3.2', 'HEAD', '200 OK', 'Transfer-Encoding: chunked\r\n'],
  ['HEAD of what is not there', '9110 9.3.2', 'HEAD', '404 Not Found', 'Content-Length: 9\r\n'],
  ['204', '9110 15.3.5', 'POST', '204 No Content', 'X-One: 1\r\n'],
  ['204 to DELETE', '9110 15.3.5', 'DELETE', '204 No Content', ''],
  ['204 to HEAD', '9110 15.3.5', 'HEAD', '204 No Content', ''],
  ['304 with a length', '9110 15.4.5', 'GET', '304 Not Modified', 'Content-Length: 700\r\n'],
  ['304 with an ETag', '9110 15.4.5', 'GET', '304 Not Modified', 'ETag: "1"\r\n'],
  ['304 with a coding', '9110 15.4.5', 'GET', '304 Not Modified', 'Transfer-Encoding: chunked\r\n'],
  ['304 to HEAD', '9110 15.4.5', 'HEAD', '304 Not Modified', 'Content-Length: 700\r\n'],
  ['205 with a length of 0', '9110 15.3.6', 'POST', '205 Reset Content', 'Content-Length: 0\r\n'],
  ['a redirect without a body', '9110 15.4', 'POST', '303 See Other', 'Content-Length: 0\r\n'],
] as const

export const bodiless: Case[] = cases.map(([name, section, method, status, fields]) => ({
  name: `no body: ${name}`,
  section,
  async run(stand) {
    stand.origin.answers(`HTTP/1.1 ${status}\r\n${fields}\r\n`)
    const client = await stand.connect()
    client.send(request(`${method} /case`))
    const answered = await client.answer(method)
    expect(answered).toMatchObject({ status: Number(status.slice(0, 3)), end: 'whole' })
    const length = /Content-Length: (\d+)/.exec(fields)?.[1]
    if (length !== undefined) expect(valuesOf(answered, 'content-length')).toEqual([length])
    // Were there one byte more, this would not be the next answer.
    client.send(request('HEAD /next'))
    expect((await client.answer('HEAD')).status).toBe(answered.status)
    expect(stand.origin.requests).toHaveLength(2)
  },
}))
