import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// The package as users get it, and what stands in examples/. Apart from `npm test`: they install packages.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/examples/**/*.example.ts'],
    // Packages and programs may have to be fetched first.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    pool: 'forks',
    // They share one folder of packages.
    fileParallelism: false,
  },
})
