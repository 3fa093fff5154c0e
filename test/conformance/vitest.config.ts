import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// One behaviour of HTTP/1.1 or HTTP/2 a case, against the built proxy and a control group. Apart from
// `npm test`, whose test/wire is its quick form.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/conformance/*.conformance.ts'],
    globalSetup: ['test/support/global-setup.ts', 'test/conformance/global-setup.ts'],
    // A program may have to be fetched first.
    hookTimeout: 900_000,
    testTimeout: 900_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
