import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where a program of a Debian package is: on PATH, or unpacked under .cache/. */
export function debianProgram(name: string, program = name): string {
  const script = fileURLToPath(new URL('debian-program.sh', import.meta.url))
  return execFileSync('sh', [script, name, program]).toString().trim()
}

/** Another program of the same package, which needs no libraries of its own. */
export function besideProgram(program: string, other: string): string {
  return program.startsWith('/usr/')
    ? join(dirname(program), other)
    : join(dirname(program), 'root', 'usr', 'bin', other)
}
