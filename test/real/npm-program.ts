import { execFile } from 'node:child_process'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const CACHE = fileURLToPath(new URL('../../.cache/npm/', import.meta.url))

/**
 * Installs a package of npm under .cache/, which is no dependency of ours; answers the folder of its
 * programs. `overrides`: versions of what it depends on, where the one that it names cannot be had.
 */
export async function npmProgram(
  name: string,
  version: string,
  overrides: Record<string, string> = {},
): Promise<string> {
  const folder = join(CACHE, `${name}-${version}`)
  const programs = join(folder, 'node_modules', '.bin')
  if (await exists(programs)) return programs
  const work = `${folder}.${process.pid}`
  await mkdir(work, { recursive: true })
  const wanted = { private: true, dependencies: { [name]: version }, overrides }
  await writeFile(join(work, 'package.json'), JSON.stringify(wanted))
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: work,
  })
  // Of two that install at once one comes first.
  await rename(work, folder).catch(() => rm(work, { recursive: true, force: true }))
  return programs
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
