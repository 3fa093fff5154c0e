// How many exchanges are in what a peer left.

import { createReadStream, existsSync, readdirSync } from 'node:fs'
import readline from 'node:readline'

export function countFiles(folder) {
  if (!existsSync(folder)) return 0
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).length
}

/** Lines that begin so. */
export async function countLines(file, start) {
  if (!existsSync(file)) return 0
  let count = 0
  for await (const line of readline.createInterface({ input: createReadStream(file) })) {
    if (line.startsWith(start)) count += 1
  }
  return count
}
