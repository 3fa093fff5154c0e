import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { debianProgram } from '../real/debian-program.ts'
import { ran } from './ran.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples')

beforeAll(async () => {
  // Of an earlier build, under the same version.
  rmSync(join(EXAMPLES, 'node_modules', 'reprise'), { recursive: true, force: true })
  await ran('npm', ['install', '--no-audit', '--no-fund'], { cwd: EXAMPLES })
})

/** What an example finds in its environment where it is not on PATH. */
const PROGRAMS: Readonly<Record<string, () => Record<string, string>>> = {
  flask: () => ({ FLASK: debianProgram('python3-flask', 'flask') }),
  registry: () => ({ REGISTRY: debianProgram('docker-registry') }),
}

const FOLDERS = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((one) => one.isDirectory() && one.name !== 'node_modules')
  .map(({ name }) => name)

test('there are some', () => {
  expect(FOLDERS).toEqual(['express', 'fastify', 'flask', 'registry'])
})

test.each(FOLDERS)(
  '%s: what is recorded is answered the same by a fresh instance',
  async (name) => {
    const env = PROGRAMS[name]?.() ?? {}
    const { stdout } = await ran('npm', ['run', `test:${name}`], { cwd: EXAMPLES, env })
    expect(stdout).toMatch(/# pass [1-9]|Tests {2}[1-9]\d* passed/)
  },
)
