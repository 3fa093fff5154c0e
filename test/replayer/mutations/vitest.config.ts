import { defineConfig } from 'vitest/config'

/** What must fall for a mutation; PostgreSQL is not needed for any of it. */
export default defineConfig({
  test: {
    include: ['test/replayer/{aliases,order,model}/*.test.ts', 'test/replayer/context.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 1,
    // The modules are read once: that is most of what a mutation costs.
    isolate: false,
    bail: 1,
  },
})
