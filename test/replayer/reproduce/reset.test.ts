import { lookup } from 'node:dns'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { untilHealthy } from '../../../replayer/reproduce/health.ts'
import { parseReset, reset } from '../../../replayer/reproduce/reset.ts'
import { emptyFolder } from '../../support/folder.ts'
import { plainAnswer, startRawOrigin } from '../../support/raw-http.ts'

const signal = new AbortController().signal
const options = { timeout: 20_000, signal }

test('a reset is a request where it reads like one, and a command otherwise', () => {
  expect(parseReset('POST http://127.0.0.1:1/reset?a=1')).toMatchObject({
    ...{ kind: 'request', method: 'POST' },
    url: new URL('http://127.0.0.1:1/reset?a=1'),
  })
  expect(parseReset('docker restart shop')).toEqual({
    ...{ kind: 'command', command: 'docker restart shop' },
  })
  expect(() => parseReset('')).toThrow("expected 'COMMAND' or 'METHOD URL'")
  expect(() => parseReset('POST http://u:secret@h/')).toThrow(/without a user in it$/)
  expect(() => parseReset('POST http://[')).toThrow('expected a URL such as')
})

test('a command is run by the shell, and what it starts may live on', async () => {
  const folder = emptyFolder()
  const file = join(folder, 'out')
  // It goes on for longer than a reset may take.
  const command = `echo $((1 + 1)) >'${file}'; sleep 60 & echo $! >'${file}.pid'`
  await reset({ kind: 'command', command }, options)
  expect(readFileSync(file, 'utf8')).toBe('2\n')
  const pid = Number(readFileSync(`${file}.pid`, 'utf8'))
  expect(process.kill(pid, 0)).toBe(true)
  process.kill(pid)
})

test('a command that fails, or takes too long, tells what it said', async () => {
  const failing = reset({ kind: 'command', command: 'echo no such thing >&2; exit 3' }, options)
  await expect(failing).rejects.toMatchObject({
    ...{ code: 'reset_failed' },
    message: 'the reset failed: the command ended with exit code 3: no such thing',
  })
  const hanging = reset({ kind: 'command', command: 'sleep 60' }, { ...options, timeout: 100 })
  await expect(hanging).rejects.toThrow('ended with a kill after 100 ms')
  const stop = new AbortController()
  const interrupted = reset(
    { kind: 'command', command: 'sleep 60' },
    { ...options, signal: stop.signal },
  )
  stop.abort()
  await expect(interrupted).rejects.toThrow('ended with an interruption')
})

test('a request must be answered below 400', async () => {
  const origin = await startRawOrigin(({ target }) =>
    plainAnswer('', target === '/reset?all=1' ? '204 Done' : '403 No'),
  )
  const ask = (text: string) => reset(parseReset(text), options)
  await ask(`POST ${origin.url}/reset?all=1`)
  expect(origin.requests[0]).toMatchObject({ method: 'POST', target: '/reset?all=1' })
  expect(origin.requests[0]!.fields).toContain('Reprise-Replay')
  await expect(ask(`DELETE ${origin.url}/all?key=hush`)).rejects.toMatchObject({
    ...{ code: 'reset_failed' },
    message: `the reset failed: DELETE ${origin.url}/all answered 403`,
  })
  await origin.close()
  await expect(ask(`POST ${origin.url}/reset`)).rejects.toMatchObject({ code: 'reset_failed' })
})

test('the target is waited for until it answers below 500', async () => {
  let asked = 0
  const origin = await startRawOrigin(({ target }, socket) => {
    asked++
    if (asked === 1) socket.destroy()
    if (asked === 1) return undefined
    return plainAnswer('', asked < 4 ? '503 Soon' : target === '/base/up' ? '404 No' : '500 Oops')
  })
  const target = new URL(`${origin.url}/base/`)
  const probe = { method: 'GET', target: '/up' }
  await untilHealthy({ lookup, target, probe, within: 5_000, signal })
  expect(asked).toBe(4)
  const away = untilHealthy({
    lookup,
    target,
    probe: { ...probe, target: '/x' },
    within: 600,
    signal,
  })
  await expect(away).rejects.toMatchObject({ code: 'target_away' })
  await expect(away).rejects.toThrow('was not answered in 600 ms: answered 500')
})
