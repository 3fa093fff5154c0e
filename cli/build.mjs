/**
 * Puts together what a start of the command line loads: a few files in place of hundreds, which takes half
 * the time. Beside them stays what tsc made of each source file, for whoever imports one (`reprise/hook`,
 * bench/). Packages are left where they are.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'rolldown'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

await rm(join(dist, 'chunks'), { recursive: true, force: true })
await build({
  cwd: root,
  input: { cli: 'cli.ts', 'cli/workers/worker': 'cli/workers/worker.ts' },
  platform: 'node',
  external: /^[^./]/,
  logLevel: 'warn',
  output: {
    dir: dist,
    format: 'esm',
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
  },
})
