import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Where a program of a Debian package is: on PATH, or unpacked under .cache/. */
export function debianProgram(name: string, program = name): string {
  const script = fileURLToPath(new URL('debian-program.sh', import.meta.url))
  return execFileSync('sh', [script, name, program]).toString().trim()
}
