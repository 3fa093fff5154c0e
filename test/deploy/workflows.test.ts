import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyFolder } from '../support/folder.ts'
import { readYamlFile, ROOT } from './manifests.ts'

// What GitHub runs is what everybody runs, and nobody can change under us what it runs it with.

interface Workflow {
  jobs: Record<string, Job>
}

interface Job {
  strategy?: { matrix: Record<string, string[]> }
  steps: { uses?: string; run?: string; env?: Record<string, string> }[]
}

const FOLDER = '.github/workflows'
const files = readdirSync(join(ROOT, FOLDER))
const ci = readYamlFile(join(FOLDER, 'ci.yml')) as Workflow
const scripts = Object.keys(
  (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }).scripts,
)

function runs({ steps }: Job): string[] {
  return steps.flatMap(({ run }) => (run === undefined ? [] : [run]))
}

/** The scripts of package.json that commands run; a suite of .ci/run runs one, without its build. */
function scriptsIn(text: string): string[] {
  const found = text.matchAll(
    /\bnpm (?:run (?:--silent )?([\w:]*\w)(?![\w:])|(test)\b)|^ *suite (\w+)$/gm,
  )
  const names = [...found].map(([, script, test, suite]) => script ?? test ?? `test:${suite}`)
  return [...new Set(names)].sort()
}

test('the workflow runs .ci/run itself, on each Node.js, and the suite on each PostgreSQL', () => {
  const { all, postgresql } = ci.jobs
  expect(runs(all!)).toEqual(['bash .ci/run'])
  expect(all!.strategy!.matrix).toEqual({ node: ['20', '22', '24'] })
  expect(postgresql!.strategy!.matrix).toEqual({
    node: ['20', '22', '24'],
    postgresql: ['15', '16', '17', '18'],
  })
  const steps = postgresql!.steps.filter(({ env }) => env?.['REPRISE_TEST_SERVER_URL'])
  expect(steps.map(({ run }) => run)).toEqual(['npm test'])
})

test('no script is run that .ci/run does not run, and none that is not there', () => {
  const own = scriptsIn(readFileSync(join(ROOT, '.ci/run'), 'utf8'))
  expect(own.filter((script) => !scripts.includes(script))).toEqual([])
  expect(own).toEqual(expect.arrayContaining(['check', 'test', 'test:faults', 'test:real']))
  const theirs = Object.values(ci.jobs).flatMap((job) => scriptsIn(runs(job).join('\n')))
  expect(theirs.filter((script) => !own.includes(script))).toEqual([])
})

test.each(files)('%s uses actions by their commits, with their versions told', (file) => {
  const text = readFileSync(join(ROOT, FOLDER, file), 'utf8')
  const used = [...text.matchAll(/^.*\buses: .*$/gm)].map(([line]) => line.trim())
  expect(used.length).toBeGreaterThan(0)
  for (const line of used) {
    expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  }
  // What a name or a title holds must not become a command.
  const { jobs } = readYamlFile(join(FOLDER, file)) as Workflow
  for (const run of Object.values(jobs).flatMap(runs)) expect(run).not.toContain('${{')
})

test('the action hands on its arguments as a shell would, and refuses what no shell understands', () => {
  const { runs } = readYamlFile('action.yml') as { runs: { steps: { run: string }[] } }
  const folder = emptyFolder()
  const step = (given: string) =>
    spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', runs.steps[0]!.run], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        ...{ REPRISE_ACTION: ROOT, REPRISE_FILE: 'none.jsonl', REPRISE_TARGET: 'http://127.0.0.1' },
        ...{ REPRISE_COMMAND: '', REPRISE_READY: '', REPRISE_JUNIT: '', REPRISE_FILE_KEY: '' },
        REPRISE_ARGUMENTS: given,
      },
    })
  const good = step(`--summary 'a summary.md'\n--path /a "/b"`)
  expect(good.stderr).toContain('none.jsonl: there is no such file')
  expect(good.status).toBe(4)
  expect(readFileSync(join(folder, 'a summary.md'), 'utf8')).toContain('nothing was tested')
  expect(step('').status).toBe(4)
  expect(step('--nonsense')).toMatchObject({ status: 2 })
  const half = step(`--summary 'a`)
  expect(half.status).toBe(2)
  expect(half.stderr).toMatch(/unmatched single quote/)
})
