import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'

// The directions of ARCHITECTURE.md, "The map", and the libraries that stand behind one file each.

const ROOT = normalize(join(import.meta.dirname, '../..'))

/** Folder by folder what it may import of ours; `cli` may import all of these. */
const ALLOWED: Record<string, readonly string[]> = {
  wire: [],
  telemetry: [],
  journal: ['wire'],
  backend: ['wire'],
  aliases: ['wire'],
  proxy: ['aliases', 'backend', 'journal', 'wire', 'telemetry'],
  replayer: ['aliases', 'backend', 'journal', 'wire', 'telemetry'],
  simulator: [],
  dashboard: [],
}

const BEHIND_ONE_FILE: Record<string, string> = {
  pg: 'journal/postgres/database.ts',
  'node-pg-migrate': 'journal/postgres/migrate.ts',
  '@clack/prompts': 'replayer/prompt.ts',
  yaml: 'cli/yaml-file.ts',
  'prom-client': 'telemetry/process-figures.ts',
  pino: 'telemetry/log.ts',
  '@opentelemetry/sdk-trace-base': 'telemetry/spans.ts',
  '@opentelemetry/exporter-trace-otlp-http': 'telemetry/spans.ts',
  uplot: 'dashboard/journal/strip.ts',
  'openapi-fetch': 'dashboard/api/client.ts',
}

interface Import {
  from: string
  of: string
}

const sources = ['cli.ts', ...['cli', 'api', ...Object.keys(ALLOWED)].flatMap(sourcesIn)]

function sourcesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name))
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)
  return [...found].map(([, of]) => ({
    from: file,
    of: of!.startsWith('.') ? normalize(join(dirname(file), of!)) : of!,
  }))
}

const imports = sources.flatMap(importsOf)
const folderOf = (file: string) => file.split('/')[0]!

test('the sources are read', () => {
  expect(sources.length).toBeGreaterThan(80)
  expect(imports).toContainEqual({ from: 'proxy/forward.ts', of: 'wire/client.ts' })
})

test.each(Object.keys(ALLOWED))('%s imports only what it may', (folder) => {
  const wrong = imports.filter(({ from, of }) => {
    const isOurs = folderOf(of) in ALLOWED || ['cli', 'cli.ts', 'api'].includes(folderOf(of))
    return (
      folderOf(from) === folder && isOurs && ![folder, ...ALLOWED[folder]!].includes(folderOf(of))
    )
  })
  expect(wrong).toEqual([])
})

test('nothing imports the API, and it knows no terminal', () => {
  const users = imports.filter(({ from, of }) => folderOf(from) !== 'api' && folderOf(of) === 'api')
  const wrong = /^(cli\.ts|cli\/(commands\/|main\.ts|workers\/)|simulator\/|dashboard\/)/
  const uses = imports.filter(({ from, of }) => folderOf(from) === 'api' && wrong.test(of))
  expect([...users, ...uses]).toEqual([])
})

test.each(Object.entries(BEHIND_ONE_FILE))('%s is imported by one file', (library, file) => {
  const users = imports.filter(({ of }) => of === library).map(({ from }) => from)
  expect([...new Set(users)]).toEqual([file])
})

test('only the entry of the command line touches the environment', () => {
  const users = sources.filter((file) =>
    /process\.env/.test(readFileSync(join(ROOT, file), 'utf8')),
  )
  expect(users).toEqual(['cli.ts'])
})
