// Writes dist/sbom.cdx.json: what of others is installed with the package, as CycloneDX (`npm sbom`).
//
// Of a tree that was installed without what is for development: told to leave that out of a whole tree, npm leaves
// out as well what both need (npm 11).

import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const place = mkdtempSync(join(tmpdir(), 'reprise-sbom-'))
// npm names the whole after its folder.
const cwd = join(place, 'reprise')
const npm = (...argv) => execFileSync('npm', argv, { cwd, maxBuffer: 64 * 1024 * 1024 })
try {
  mkdirSync(cwd)
  for (const file of ['package.json', 'package-lock.json'])
    cpSync(join(root, file), join(cwd, file))
  npm('ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund')
  npm('pkg', 'delete', 'devDependencies')
  mkdirSync(join(root, 'dist'), { recursive: true })
  const told = npm('sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application')
  writeFileSync(join(root, 'dist/sbom.cdx.json'), told)
} finally {
  rmSync(place, { recursive: true, force: true })
}
