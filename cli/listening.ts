import { Problem, codeOf, messageOf } from '../journal/problem.ts'
import type { Address } from './values.ts'

/** Starts a server and turns a refusal of its address into the one clear error. */
export async function listening<T>(
  flag: '--listen' | '--admin-listen' | '--serve-listen' | '--simulator-listen',
  address: Address,
  start: () => Promise<T>,
): Promise<T> {
  try {
    return await start()
  } catch (error) {
    const code = codeOf(error) ?? ''
    if (!/^E(ADDR|ACCES|PERM|NOTFOUND|AI_)/.test(code)) throw error
    throw new Problem(
      'listen_failed',
      `cannot listen on ${address.host}:${address.port}: ${WHY[code] ?? messageOf(error)}`,
      {
        source: 'user',
        hint: `choose another address with ${flag}; port 0 takes a free one`,
        cause: error,
      },
    )
  }
}

/** Why an address cannot be listened on, by the code of the system. */
export const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'it is in use',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'it needs more rights than this user has',
  ENOTFOUND: 'there is no such host',
}
