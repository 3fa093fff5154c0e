// A full disk: a tmpfs of 8 MB. In the first kind of round a ballast file goes away once writes
// fail; in the second nothing does, and the store is opened and drained while there is no room.

import { execFileSync } from 'node:child_process'
import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { inFolder, run } from './children.mjs'
import { toSet } from './records.mjs'

async function onSmallDisk(work) {
  return inFolder(async (parent) => {
    const mount = join(parent, 'mount')
    const roomy = join(parent, 'roomy')
    await mkdir(mount)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', mount], { stdio: 'pipe' })
    try {
      return await work(mount, roomy)
    } finally {
      execFileSync('umount', ['-l', mount])
    }
  })
}

function lost(lines, read) {
  const present = toSet(read.all.present ?? [])
  const acked = toSet(lines.flatMap(({ range }) => (range ? [range] : [])))
  return [...acked].filter((seq) => !present.has(seq)).length
}

const nameOf = ({ code, cause, message }) =>
  [code, cause, message.replace(/\S*\/\d*\./, '*.').replace(/: Attempting.*/, '')]
    .filter(Boolean)
    .join(', ')
const allOk = (outcomes) => outcomes?.every(({ ok }) => ok) ?? false

async function withBallast(store, options, seed) {
  return onSmallDisk(async (mount, roomy) => {
    const job = { store, folder: join(mount, 'store'), ...options }
    const filled = await run({ mode: 'fill', mount, ballast: 5 << 20, seed, ...job })
    // Read where there is room: whether opening needs some is asked by the other kind of round.
    await cp(job.folder, roomy, { recursive: true })
    const read = await run({ mode: 'read', ...job, folder: roomy })
    const { first, same, reopened, strays, whileFull } = filled.all
    return {
      error: first ? nameOf(first) : `died ${filled.signal}: ${filled.stderr.slice(-200)}`,
      whileFull: whileFull?.filter(({ ok }) => ok).length,
      goesOn: allOk(same) ? 'same handle' : allOk(reopened) ? 'reopened' : 'no',
      lost: lost(filled.lines, read),
      wrong: read.all.wrong,
      readable: Boolean(read.all.read),
      strays: strays?.length ?? 0,
    }
  })
}

async function stayingFull(store, options, seed) {
  return onSmallDisk(async (mount) => {
    const job = { store, folder: join(mount, 'store'), ...options }
    const filled = await run({ mode: 'fill', mount, ballast: 0, stayFull: true, seed, ...job })
    const read = await run({ mode: 'read', ...job })
    const drain = await run({ mode: 'read', drain: true, ...job })
    return {
      opens: Boolean(read.all.read) && lost(filled.lines, read) === 0,
      drains: Boolean(drain.all.read),
      why: drain.all.error && nameOf(drain.all.error),
    }
  })
}

// LevelDB meets the full disk in a table or, with a buffer that never gets there, in its log.
const BUFFERS = [1 << 20, 16 << 20]

/** No reserve in the first kind: somebody else may have filled the disk in the meantime. */
export async function fullDisk(store, options, rounds) {
  const result = { ballast: [], full: [] }
  for (let round = 0; round < rounds; round += 1) {
    const writeBufferSize = BUFFERS[round % BUFFERS.length]
    const bare = { ...options, writeBufferSize, reserve: -(1 << 30) }
    result.ballast.push(await withBallast(store, bare, 7 + round))
    result.full.push(await stayingFull(store, { ...options, writeBufferSize: 1 << 20 }, 7 + round))
  }
  return result
}
