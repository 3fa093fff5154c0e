import { readFileSync } from 'node:fs'
import { codeOf, messageOf } from '../journal/problem.ts'
import type { Setting } from './settings.ts'

/** A secret in a file, read where the setting that names it is; a line break at its end is none of it. */
export function secretFile(help: string, check: (secret: string) => string): Setting<string> {
  const parse = (file: string) => {
    const secret = bytesOfFile(file)
      .toString('utf8')
      .replace(/\r?\n$/, '')
    try {
      return check(requireLine(secret))
    } catch (error) {
      throw new RangeError(`${messageOf(error)} in '${file}'`, { cause: error })
    }
  }
  return { expects: 'FILE', help, parse }
}

/** Throws an Error that says what was expected. */
export function bytesOfFile(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? 'it is not there' : messageOf(error)
    throw new Error(`expected a file that can be read, got '${file}': ${why}`, { cause: error })
  }
}

/** What was found is not repeated: it is a secret. */
function requireLine(secret: string): string {
  if (secret !== '' && !/[\r\n\0]/.test(secret)) return secret
  throw new RangeError(secret === '' ? 'expected a secret, found nothing' : 'expected one line')
}
