import { expect, test } from 'vitest'
import { accessLog } from '../../telemetry/access-log.ts'
import type { TellExchanged } from '../../telemetry/exchanged.ts'
import type { Facts, Say } from '../../telemetry/log.ts'
import { eventually, standBetween } from '../support/between.ts'
import { plainAnswer } from '../support/raw-http.ts'

interface Said {
  message: string
  facts: Facts
}

function noting(targets: 'path' | 'whole' = 'path'): {
  said: Said[]
  tellExchanged: TellExchanged
} {
  const said: Said[] = []
  const say: Say = (message, _, facts = {}) => said.push({ message, facts })
  return { said, tellExchanged: accessLog(say, targets) }
}

test('an answer that is cut, and a request without one, are said to be so', async () => {
  const { said, tellExchanged } = noting()
  const { connect } = await standBetween(
    'off',
    ({ target }, socket) => {
      if (target === '/hang') return undefined
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', () => socket.destroy())
      return undefined
    },
    { tellExchanged },
  )
  const [cut, left] = [await connect(), await connect()]
  cut.write('GET /cut HTTP/1.1\r\nHost: a\r\n\r\n')
  await cut.closed()
  left.socket.end('GET /hang HTTP/1.1\r\nHost: a\r\n\r\n')
  await eventually(() => said.length === 2)
  expect(said.map(({ message }) => message)).toEqual(['GET /cut 200, cut', 'GET /hang no answer'])
})

test('a connection that becomes a tunnel is said when it does', async () => {
  const { said, tellExchanged } = noting()
  const { ask } = await standBetween(
    'on',
    () => 'HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
    { tellExchanged },
  )
  await ask(
    'GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    / 101 [^]*\r\n\r\n/,
  )
  expect(said).toMatchObject([{ message: 'GET /socket 101', facts: { status: 101 } }])
})

test('each of several requests on a connection has a line of its own', async () => {
  const { said, tellExchanged } = noting('whole')
  const { ask } = await standBetween('on', () => plainAnswer(), { tellExchanged })
  const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`
  await ask(get('/1?a=b') + get('/2'), /ok[^]*ok$/)
  expect(said.map(({ message }) => message)).toEqual(['GET /1?a=b 200', 'GET /2 200'])
  expect(said[0]!.facts.duration).toBeGreaterThan(0)
})
