import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { commands } from '../../cli/commands.ts'
import { parseSettings } from '../../cli/settings.ts'
import { parseAliasRules } from '../../replayer/aliases/rules.ts'
import { parseCompareRules } from '../../replayer/compare/parse-rules.ts'
import { PAGES, pageAt, ROOT, shellCommands } from './pages.ts'

// What the documentation and the help name is there: commands, flags, settings, scripts, alerts.

const loaded = new Map(
  await Promise.all(
    Object.entries(commands).map(async ([name, { load }]) => [name, await load()] as const),
  ),
)
const everywhere = ['help', 'config', 'version']
const flags = new Set([
  ...everywhere,
  ...[...loaded.values()].flatMap((one) => Object.keys(one.settings)),
])
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}

/** Flags of programs that are not ours, where prose speaks of them. */
const OTHERS = ['omit', 'output-file', 'input-raw-track-response']

// Decisions also tell of programs that were tried.
const ours = PAGES.filter(({ path }) => !path.startsWith('docs/decisions/'))

test.each(ours)('$path names flags that there are', ({ text }) => {
  const named = [...text.matchAll(/`[^`\n]*`/g)]
    .filter(([code]) => !/^`(npm|docker|helm|kubectl|npx vitest|node --test)\b/.test(code))
    .flatMap(([code]) => [...code.matchAll(/(?<![\w-])--([a-z][\w-]*)/g)].map(([, flag]) => flag!))
  expect(named.filter((flag) => !flags.has(flag) && !OTHERS.includes(flag))).toEqual([])
})

test.each(PAGES)('$path names scripts of package.json that there are', ({ text }) => {
  const named = [...text.matchAll(/\bnpm run (?:--silent )?([\w:]*\w)/g)].map(([, name]) => name!)
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([])
})

const shown = [
  ...PAGES.flatMap((page) => shellCommands(page).map(({ text, place }) => [place, text] as const)),
  ...[...loaded].flatMap(([name, { details = '' }]) => {
    const whole = details.replaceAll('\\\n', ' ')
    return whole.split('\n').map((line) => [`reprise ${name} --help`, line] as const)
  }),
].filter(([, text]) => /\breprise [a-z-]+ .*--[a-z]/.test(text.replaceAll('\\\n', ' ')))

test.each(shown)('%s: %s', (_, text) => {
  expect(unknownFlags(text.replaceAll('\\\n', ' '))).toEqual([])
})

/** Flags that the commands of a line do not take. */
function unknownFlags(line: string): string[] {
  const uses = line.matchAll(/\breprise ([a-z-]+)((?: (?!-- |\\?&&|\||>|#).)*)/g)
  return [...uses].flatMap(([, name, rest]) => {
    const command = loaded.get(name!)
    if (command === undefined) return []
    const own = rest!.replaceAll(/'[^']*'/g, '')
    return [...own.matchAll(/(?<![\w-])--([a-z][\w-]*)/g)]
      .map(([, flag]) => flag!)
      .filter((flag) => !Object.hasOwn(command.settings, flag) && !everywhere.includes(flag))
  })
}

const named = PAGES.flatMap(({ path, text }) =>
  [...text.matchAll(/\bnpx reprise ([a-z-]+)/g)].map(([, name]) => [path, name!] as const),
)

test('the commands that are named are commands', () => {
  expect(named.length).toBeGreaterThan(50)
  expect(named.filter(([, name]) => !loaded.has(name))).toEqual([])
})

test('docs/runbook.md has a heading for each alert, and no other', () => {
  const alerts = readFileSync(join(ROOT, 'monitoring/alerts.yml'), 'utf8').matchAll(/alert: (\w+)/g)
  const headings = pageAt('docs/runbook.md').text.matchAll(/^## (\w+)$/gm)
  expect([...headings].map(([, name]) => name!).sort()).toEqual(
    [...alerts].map(([, name]) => name!).sort(),
  )
})

test('every page of docs/ stands in the sidebar of the site, and in README.md', () => {
  const sidebar = readFileSync(join(ROOT, 'docs/.vitepress/config.ts'), 'utf8')
  const readme = pageAt('README.md').text
  const pages = PAGES.map(({ path }) => path).filter((path) => /^docs\/[\w-]+\.md$/.test(path))
  for (const path of pages.filter((one) => one !== 'docs/index.md')) {
    expect(sidebar).toContain(`link: '/${path.slice('docs/'.length, -'.md'.length)}'`)
    if (path !== 'docs/security.md') expect(readme).toContain(`(${path})`)
  }
  const decisions = PAGES.filter(({ path }) => path.startsWith('docs/decisions/'))
  for (const { path } of decisions) expect(sidebar).toContain(`'/${path.slice(5, -3)}'`)
})

const yaml = PAGES.flatMap(({ path, blocks }) =>
  blocks
    .filter(({ language }) => language === 'yaml')
    .map(({ text, line }) => ({ place: `${path}:${line}`, text })),
)

test.each(yaml)('$place is what it says it is', ({ text, place }) => {
  const value = parse(text) as object
  const name = /^# ([\w-]+\.yaml)/.exec(text)?.[1]
  if (name === 'reprise.yaml') expectSettings(value, place)
  else if (name === 'compare.yaml') parseCompareRules(value)
  else if (name === 'aliases.yaml') parseAliasRules(value)
  else expect(JSON.stringify(value)).toMatch(/reprise/)
})

function expectSettings(values: object, name: string): void {
  const table = Object.assign({}, ...[...loaded.values()].map(({ settings }) => settings))
  parseSettings(table, { argv: [], env: {}, file: { name, values } })
}

test('the paths of tests that are named are there', () => {
  const { text } = pageAt('CONTRIBUTING.md')
  const paths = [...text.matchAll(/\bnpx vitest run (\S+)/g)].map(([, path]) => path!)
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
})
