import { defineConfig } from 'vitest/config'

/** The compose file, run for real: needs a container engine, so it is not part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/docker/**/*.docker.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
})
