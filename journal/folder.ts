import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it; throws the error of the system call.
 * `mkdirSync` with `recursive` would never return below /proc, where a folder that is there says
 * that it is not.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  try {
    mkdirSync(path)
  } catch (error) {
    // Somebody else may have made it a moment ago.
    if (!existsSync(path)) throw error
  }
}
