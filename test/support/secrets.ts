import { createSecrets } from '../../journal/secrets.ts'

const KEY = Buffer.alloc(32, 'test')

/** Seals and opens with a key of the tests' own. */
export const testSecrets = createSecrets(KEY)

/** What gives a command the same key. */
export const testKey = ['--secret-key', KEY.toString('hex')] as const
