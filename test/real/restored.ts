import { expect } from 'vitest'
import { run, start } from '../support/command.ts'
import { emptyFolder } from '../support/folder.ts'
import type { Backend } from './backend.ts'

export interface Restored {
  database: string
  stream: string
  /** Starts it as it is at the factory, on this port where one is given. */
  begin: (port?: number) => Promise<Backend>
  /** What its own clients do, through the proxy. */
  drive: (url: string) => Promise<void>
  /** What its own reads show, without the names that it makes up. */
  state: (url: string) => Promise<unknown>
  settings?: { proxy?: readonly string[]; replay?: readonly string[] }
}

/**
 * Records what is done with a backend through the proxy, has it forget all, replays, and holds the
 * state against the one before. Answers what the replay printed.
 */
export async function restored({
  database,
  stream,
  begin,
  drive,
  state,
  settings = {},
}: Restored): Promise<{ stdout: string; stderr: string }> {
  const common = ['--database-url', database, '--stream', stream, '--data-dir', emptyFolder()]
  const backend = await begin()
  const listen = ['--target', backend.url, '--listen', '127.0.0.1:0']
  const proxy = await start(['proxy', ...listen, ...common, ...(settings.proxy ?? [])])
  await drive(proxy.url)
  const before = await state(backend.url)
  expect((await proxy.stop()).code).toBe(0)
  await backend.stop()

  const again = await begin(backend.port)
  expect(await state(again.url)).not.toEqual(before)
  const sending = ['--base-url', again.url, '--yes', ...(settings.replay ?? [])]
  const ran = await run(['replay', ...common, ...sending])
  expect(await state(again.url), ran.stdout + ran.stderr).toEqual(before)
  expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0 })
  const audit = await run(['audit', ...common])
  expect(audit, audit.stdout).toMatchObject({ code: 0 })
  return ran
}
