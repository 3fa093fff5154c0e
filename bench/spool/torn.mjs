// Damaged copies of a folder whose writer was killed, and what a reader makes of each. Bytes added
// to the newest file are what a power cut leaves behind an acknowledged write; the other damages
// are to bytes that were synced: a lying disk, a bad block.

import { randomBytes } from 'node:crypto'
import { cp, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { inFolder, run } from './children.mjs'
import { toSet } from './records.mjs'
import { dataFiles } from './stores.mjs'

const upTo = (most) => 1 + Math.floor(Math.random() * most)

async function change(path, work) {
  const handle = await open(path, 'r+')
  try {
    await work(handle, (await handle.stat()).size)
  } finally {
    await handle.close()
  }
}

const overwrite = (handle, length, at) =>
  handle.write(randomBytes(length), 0, length, Math.max(0, at))

const newest = (files) => files.at(-1)
const anyOf = (files) => files[upTo(files.length) - 1]

export const damages = {
  'half a write added': [newest, (file, size) => overwrite(file, upTo(5000), size)],
  'tail cut': [newest, (file, size) => file.truncate(Math.max(0, size - upTo(64_000)))],
  'tail overwritten': [
    newest,
    (file, size) => {
      const length = upTo(Math.min(8000, size))
      return overwrite(file, length, size - length)
    },
  ],
  'middle overwritten': [newest, (file, size) => overwrite(file, upTo(512), upTo(size) - 512)],
  'any file overwritten': [anyOf, (file, size) => overwrite(file, upTo(512), upTo(size) - 512)],
}

function outcomeOf({ all, signal, code }, acked) {
  if (signal !== null || (code !== 0 && all.present === undefined)) return `died ${signal ?? code}`
  if (all.wrong > 0) return 'wrong bytes'
  if (!all.opened) return 'open refused'
  if (!all.read) return 'read refused'
  const present = toSet(all.present)
  let last = 0
  let missing = 0
  for (let seq = 1; seq <= acked; seq += 1) {
    if (present.has(seq)) last = seq
    else missing += 1
  }
  if (missing === 0) return 'all there'
  return missing === acked - last ? 'end missing' : 'hole'
}

export async function tornCopies(store, options, copies) {
  return inFolder(async (parent) => {
    const folder = join(parent, 'store')
    const job = { store, folder, ...options }
    const written = await run({ mode: 'write', from: 1, most: 4000, drains: false, ...job })
    const acked = written.all.acked
    const table = {}
    const shapes = {}
    for (const [name, [choose, damage]] of Object.entries(damages)) {
      const outcomes = (table[name] = {})
      for (let at = 0; at < copies; at += 1) {
        const copy = join(parent, 'copy')
        await cp(folder, copy, { recursive: true })
        const files = []
        for (const file of dataFiles(store, await readdir(copy)))
          if ((await stat(join(copy, file))).size > 0) files.push(file)
        await change(join(copy, choose(files)), damage)
        const read = await run({ mode: 'read', ...job, folder: copy })
        const outcome = outcomeOf(read, acked)
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
        if (read.all.error) shapes[outcome] ??= read.all.error
        await rm(copy, { recursive: true })
      }
    }
    return { table, shapes }
  })
}
