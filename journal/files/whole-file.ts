import { randomUUID } from 'node:crypto'
import { realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import { codeOf } from '../problem.ts'

/** Where a file is written so that it is there whole, or as it was before. */
export interface WholeFile {
  /** To be written. */
  path: string
  /** Of it, where there is one already. */
  mode: number | undefined
  /** `stream`: it is no file (a pipe, a terminal, /dev/null): what is written is gone, and it has no positions. */
  kind: 'file' | 'stream'
  /** It is written: it takes its place. */
  done: () => void
  /** Nothing is left of it. */
  drop: () => void
}

/** Throws as the system does. */
export function wholeFile(name: string): WholeFile {
  const there = statOf(name)
  if (there?.isDirectory() === true) {
    throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' })
  }
  if (there !== null && !there.isFile()) {
    return { path: name, mode: undefined, kind: 'stream', done: () => {}, drop: () => {} }
  }
  // What a link leads to changes, not the link.
  const file = there === null ? name : realpathSync(name)
  // Of two that write it at once each has its own.
  const path = `${file}.${randomUUID().slice(0, 8)}.new`
  return {
    ...{ path, kind: 'file', mode: there === null ? undefined : there.mode & 0o777 },
    done: () => renameSync(path, file),
    drop: () => rmSync(path, { force: true }),
  }
}

function statOf(name: string) {
  try {
    return statSync(name)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}
