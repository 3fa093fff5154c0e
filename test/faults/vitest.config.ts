import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// What one machine can do to the recorder. Apart from `npm test`: it kills, stops, fills and cuts
// real processes, volumes and connections, one fault at a time. Run it as root, for its volumes are
// mounted. REPRISE_FAULT_ROUNDS says how often each fault is played (default 1).
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/faults/**/*.faults.ts'],
    globalSetup: ['test/faults/support/global-setup.ts'],
    testTimeout: 300_000 * Number(process.env['REPRISE_FAULT_ROUNDS'] ?? 1),
    hookTimeout: 180_000,
    pool: 'forks',
    fileParallelism: false,
    maxWorkers: 1,
  },
})
