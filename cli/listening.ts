import { Problem, codeOf, messageOf } from '../journal/problem.ts'
import type { Address } from './values.ts'

/** Starts a server and turns a refusal of its address into the one clear error. */
export async function listening<T>(address: Address, start: () => Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (error) {
    if (!/^E(ADDR|ACCES|PERM|NOTFOUND)/.test(codeOf(error) ?? '')) throw error
    throw new Problem(
      'listen_failed',
      `cannot listen on ${address.host}:${address.port}: ${messageOf(error)}`,
      { source: 'user', hint: 'choose another address with --listen', cause: error },
    )
  }
}
