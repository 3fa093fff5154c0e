// Releases, in three steps that a person or CI takes:
//
//   node release/release.mjs minor          (or patch, major, 1.2.3) gathers .changes/ into CHANGELOG.md and sets
//                                           the version wherever it stands
//   node release/release.mjs check v0.2.0   fails unless all of them say that version
//   node release/release.mjs notes v0.2.0   prints what the changelog says of it

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const KINDS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']

/** Where the version stands: a file, and what it looks like there. Each is found exactly once. */
const PLACES = [
  ['package.json', /(?<="version": ")[^"]+/],
  // Of the project, and of its own entry among the packages.
  ['package-lock.json', /(?<=^ {2}"version": ")[^"]+/m],
  ['package-lock.json', /(?<="packages": \{\s+"": \{\s+"name": "reprise",\s+"version": ")[^"]+/],
  ['deploy/helm/reprise/Chart.yaml', /(?<=^version: ).+/m],
  ['deploy/helm/reprise/Chart.yaml', /(?<=^appVersion: ).+/m],
  ['deploy/kubernetes/kustomization.yaml', /(?<=newTag: ).+/],
]

/** What `wanted` makes of a version: `minor` of 1.2.3 is 1.3.0. */
export function nextVersion(version, wanted) {
  if (/^\d+\.\d+\.\d+$/.test(wanted)) return wanted
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  if (wanted === 'major') return `${major + 1}.0.0`
  if (wanted === 'minor') return `${major}.${minor + 1}.0`
  if (wanted === 'patch') return `${major}.${minor}.${patch + 1}`
  throw new Error(`expected patch, minor, major or a version such as 1.2.3, got '${wanted}'`)
}

/** A note as .changes/README.md has it: its kind and its text. `file` is for the error. */
export function parseNote(text, file) {
  const [first = '', ...rest] = text.trim().split('\n')
  const kind = KINDS.find((one) => one.toLowerCase() === first.trim())
  const said = rest.join('\n').trim()
  if (kind === undefined)
    throw new Error(`${file}: expected one of ${KINDS.join(', ')} first, got '${first}'`)
  if (said === '') throw new Error(`${file}: it says nothing`)
  return { kind, said }
}

/** The changelog with a version on top; one that stands there as `unreleased` is completed. */
export function withVersion(changelog, version, date, notes) {
  const head = `## ${version} - ${date}`
  const pending = `## ${version} - unreleased`
  const sections = KINDS.flatMap((kind) => {
    const points = notes.filter((note) => note.kind === kind)
    return points.length === 0 ? [] : [sectionOf(kind, points)]
  }).join('\n\n')
  if (changelog.includes(pending)) {
    const section = sectionAt(changelog, pending)
    const told = notes.reduce((so, note) => withPoint(so, note), section.trimEnd())
    const gap = changelog.endsWith(section) ? '\n' : '\n\n'
    return changelog.replace(section, () => told.replace(pending, head) + gap)
  }
  if (notes.length === 0) throw new Error('there is no note in .changes/: nothing to release')
  const at = changelog.search(/^## /m)
  const place = at === -1 ? changelog.length : at
  return (
    `${changelog.slice(0, place)}${head}\n\n${sections}\n\n${changelog.slice(place)}`.trimEnd() +
    '\n'
  )
}

/** What a changelog says of a version, without its heading. */
export function notesOf(changelog, version) {
  const dated = (line) => line.startsWith(`## ${version} - 2`)
  const heading = changelog.split('\n').find(dated)
  if (heading === undefined) throw new Error(`CHANGELOG.md has no release ${version} with its date`)
  return sectionAt(changelog, heading).replace(heading, '').trim()
}

function sectionOf(kind, points) {
  return `### ${kind}\n\n${points.map(pointOf).join('\n')}`
}

function pointOf({ said }) {
  return `- ${said.replaceAll('\n', '\n  ')}`
}

function withPoint(section, note) {
  const heading = `### ${note.kind}\n\n`
  const at = section.indexOf(heading)
  if (at === -1) return `${section}\n\n${sectionOf(note.kind, [note])}`
  const next = section.indexOf('\n\n### ', at + heading.length)
  const end = next === -1 ? section.length : next
  return `${section.slice(0, end)}\n${pointOf(note)}${section.slice(end)}`
}

function sectionAt(changelog, heading) {
  const from = changelog.indexOf(heading)
  const next = changelog.indexOf('\n## ', from)
  return changelog.slice(from, next === -1 ? undefined : next + 1)
}

/** Every version that stands in the files of a folder, with where. */
export function versionsIn(folder) {
  return PLACES.map(([file, pattern]) => {
    const found = pattern.exec(readFileSync(join(folder, file), 'utf8'))
    if (found === null) throw new Error(`${file}: no version where one was: ${pattern}`)
    return { file, version: found[0] }
  })
}

function release(folder, wanted) {
  const version = nextVersion(versionsIn(folder)[0].version, wanted)
  const changes = join(folder, '.changes')
  const files = readdirSync(changes).filter((name) => name !== 'README.md')
  const notes = files.map((name) => parseNote(readFileSync(join(changes, name), 'utf8'), name))
  const log = join(folder, 'CHANGELOG.md')
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(log, withVersion(readFileSync(log, 'utf8'), version, date, notes))
  for (const [file, pattern] of PLACES) {
    const text = readFileSync(join(folder, file), 'utf8')
    writeFileSync(join(folder, file), text.replace(pattern, version))
  }
  for (const name of files) rmSync(join(changes, name))
  return version
}

function check(folder, version) {
  const wrong = versionsIn(folder).filter((one) => one.version !== version)
  if (wrong.length > 0) {
    const said = wrong.map((one) => `${one.file} says ${one.version}`)
    throw new Error(`this is not ${version}: ${said.join('; ')}`)
  }
  if (notesOf(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8'), version) === '') {
    throw new Error(`CHANGELOG.md says nothing of ${version}`)
  }
}

export function main(argv, folder) {
  const [step = '', tag = ''] = argv
  const version = tag.replace(/^v/, '')
  switch (step) {
    case 'check':
      check(folder, version)
      return `everything says ${version}`
    case 'notes':
      return notesOf(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8'), version)
    default:
      return `everything says ${release(folder, step)} now`
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    console.log(main(process.argv.slice(2), join(import.meta.dirname, '..')))
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
