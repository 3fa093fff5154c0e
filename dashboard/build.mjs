/**
 * Builds the page into `dist/dashboard`, and beside each file what a browser takes in place of it:
 * the service sends those as they are, and compresses nothing itself.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'vite'

const target = join(import.meta.dirname, '../dist/dashboard')

await build({ root: import.meta.dirname, logLevel: 'warn' })
for (const file of await readdir(target, { recursive: true })) {
  if (!/\.(js|css|html|svg)$/.test(file)) continue
  const bytes = await readFile(join(target, file))
  await writeFile(join(target, `${file}.br`), brotliCompressSync(bytes))
  await writeFile(join(target, `${file}.gz`), gzipSync(bytes, { level: 9 }))
}
