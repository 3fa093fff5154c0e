import { createSecrets } from '../../journal/secrets.ts'

/** Seals and opens with a key of the tests' own. */
export const testSecrets = createSecrets(Buffer.alloc(32, 'test'))
