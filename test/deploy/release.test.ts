import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { main, nextVersion, parseNote, versionsIn, withVersion } from '../../release/release.mjs'
import { ROOT } from './manifests.ts'

/** A folder with all that a release touches. */
async function project(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-release-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const file of [
    ...['package.json', 'package-lock.json', 'CHANGELOG.md', '.changes/README.md'],
    ...['deploy/helm/reprise/Chart.yaml', 'deploy/kubernetes/kustomization.yaml'],
  ]) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await cp(join(ROOT, file), join(folder, file), { recursive: true })
  }
  return folder
}

test('all that has a version has the same one', () => {
  const versions = versionsIn(ROOT)
  expect(versions.length).toBeGreaterThan(4)
  expect(new Set(versions.map(({ version }) => version)).size).toBe(1)
})

test('the notes that wait are notes', async () => {
  for (const name of await readdir(join(ROOT, '.changes'))) {
    if (name === 'README.md') continue
    parseNote(await readFile(join(ROOT, '.changes', name), 'utf8'), name)
  }
})

test('a release gathers the notes, sets the version everywhere, and is then what its tag says', async () => {
  const folder = await project()
  await writeFile(join(folder, '.changes/one.md'), 'security\n\nNobody gets\nin there.\n')
  expect(() => main(['check', 'v7.0.0'], folder)).toThrow('package.json says')
  main(['7.0.0'], folder)
  expect(new Set(versionsIn(folder).map(({ version }) => version))).toEqual(new Set(['7.0.0']))
  expect(await readdir(join(folder, '.changes'))).toEqual(['README.md'])
  expect(main(['check', 'v7.0.0'], folder)).toBe('everything says 7.0.0')
  expect(main(['notes', 'v7.0.0'], folder)).toContain('### Security\n\n- Nobody gets\n  in there.')
  expect(() => main(['minor'], folder)).toThrow('there is no note')
  expect(() => main(['notes', 'v7.0.1'], folder)).toThrow('CHANGELOG.md has no release 7.0.1')
})

test('a version that is told as unreleased is completed in its place', () => {
  const log =
    '# C\n\n## 1.0.0 - unreleased\n\n### Added\n\n- A.\n\n### Fixed\n\n- F.\n\n## 0.9.0 - 2025-01-01\n\nOld.\n'
  const notes = [parseNote('added\n\nB.', 'b'), parseNote('removed\n\nR.', 'r')]
  expect(withVersion(log, '1.0.0', '2026-02-03', notes)).toBe(
    '# C\n\n## 1.0.0 - 2026-02-03\n\n### Added\n\n- A.\n- B.\n\n### Fixed\n\n- F.\n\n### Removed\n\n- R.\n\n' +
      '## 0.9.0 - 2025-01-01\n\nOld.\n',
  )
})

test('versions follow each other, and what is none is refused', () => {
  expect(['major', 'minor', 'patch', '9.9.9'].map((one) => nextVersion('1.2.3', one))).toEqual([
    ...['2.0.0', '1.3.0', '1.2.4', '9.9.9'],
  ])
  expect(() => nextVersion('1.2.3', 'tiny')).toThrow("got 'tiny'")
  expect(() => parseNote('improved\n\nx', 'n.md')).toThrow('n.md: expected one of')
  expect(() => parseNote('added\n', 'n.md')).toThrow('n.md: it says nothing')
})
