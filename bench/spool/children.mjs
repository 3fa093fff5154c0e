// Starting children, and folders that are gone afterwards.

import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('child.mjs', import.meta.url))

/** Runs a child to its end. `onLine` sees each line it prints, and the child. */
export async function run(job, onLine = () => {}, limit = 20_000) {
  const child = spawn(process.execPath, [script, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines = []
  const errors = []
  child.stderr.on('data', (chunk) => errors.push(String(chunk)))
  const timer = setTimeout(() => child.kill('SIGKILL'), limit)
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text)
    lines.push(line)
    onLine(line, child)
  })
  const [code, signal] = await new Promise((done) => {
    child.on('close', (...end) => done(end))
  })
  clearTimeout(timer)
  const all = Object.assign({}, ...lines)
  return { lines, all, code, signal, stderr: errors.join('').slice(-600) }
}

export async function inFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), 'spool-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Bytes of disk a folder takes: blocks, not lengths. A file may be unlinked while we look. */
export async function takes(folder) {
  const files = await readdir(folder)
  const stats = await Promise.allSettled(files.map((file) => stat(join(folder, file))))
  return stats.reduce((sum, { value }) => sum + (value?.blocks ?? 0) * 512, 0)
}
