import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Backends that nobody here wrote. Apart from `npm test`: they come from Debian.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/real/**/*.real.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // A program may have to be fetched first.
    testTimeout: 300_000,
    hookTimeout: 180_000,
    pool: 'forks',
  },
})
