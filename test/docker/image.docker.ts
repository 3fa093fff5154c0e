import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'

// The image by itself, as tightly as it can be run.

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')

let image = ''
beforeAll(async () => {
  image = (await run('docker', ['build', '-q', ROOT])).stdout.trim()
})

const TIGHT = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges']

async function inside(...argv: string[]): Promise<string> {
  return (await run('docker', ['run', '--rm', '--network', 'none', ...TIGHT, ...argv])).stdout
}

/** What a program sees in the container, as JSON. */
const LOOK = `
const fs = require('node:fs')
const packages = (folder) => fs.existsSync(folder) ? fs.readdirSync(folder).flatMap((name) => {
  if (name.startsWith('.')) return []
  if (name.startsWith('@')) return packages(folder + '/' + name)
  const { name: own, version } = JSON.parse(fs.readFileSync(folder + '/' + name + '/package.json'))
  return [own + '@' + version, ...packages(folder + '/' + name + '/node_modules')]
}) : []
const writes = (folder) => { try { fs.writeFileSync(folder + '/x', ''); return true } catch { return false } }
const { components, metadata } = JSON.parse(fs.readFileSync('/app/sbom.cdx.json'))
console.log(JSON.stringify({
  user: process.getuid(),
  writes: ['/', '/app', '/tmp', '/data'].filter(writes),
  npm: ['/usr/local/bin/npm', '/usr/local/lib/node_modules'].filter(fs.existsSync),
  installed: packages('/app/node_modules').sort(),
  named: components.map(({ name, version }) => name + '@' + version).sort(),
  sbomOf: metadata.component.name,
}))`

test('it is nobody in particular, writes only its data, and its SBOM names all that is in it', async () => {
  const seen = JSON.parse(await inside('--entrypoint', 'node', image, '-e', LOOK)) as {
    installed: string[]
    named: string[]
  }
  expect(seen).toMatchObject({ user: 1000, writes: ['/data'], npm: [], sbomOf: 'reprise' })
  expect(seen.installed.length).toBeGreaterThan(50)
  expect(seen.named).toEqual([...new Set(seen.installed)])
})

test('where no volume is mounted it can record all the same, as the doctor says', async () => {
  const url = 'postgres://nobody@127.0.0.1:9/none'
  const asked = inside('-e', `DATABASE_URL=${url}`, image, 'doctor', '--json')
  const failed = (await asked.catch((error: unknown) => error)) as { code: number; stdout: string }
  expect(failed.code).toBe(1)
  const { findings } = JSON.parse(failed.stdout) as {
    findings: { area: string; state: string; found: string }[]
  }
  const problems = findings.filter(({ state }) => state === 'problem')
  expect(problems.map(({ area }) => area)).toEqual(['database'])
  const [spool] = findings.filter(({ area }) => area === 'spool')
  expect(spool!.found).toMatch(/^\/data\/spool can be made/)
})
