import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// What the pages tell to type, typed. Apart from `npm test`: each command is a process.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/docs/**/*.docs.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 300_000,
    hookTimeout: 180_000,
    pool: 'forks',
    maxConcurrency: 3,
  },
})
