import { guardedLookup } from '../../replayer/guarded-lookup.ts'
import { writeFileSync } from 'node:fs'
import type { Journal } from '../../journal/contract.ts'
import type { EntrySummary } from '../../journal/entry.ts'
import { messageOf } from '../../journal/problem.ts'
import type { Secrets } from '../../journal/secrets.ts'
import { valuesOf } from '../../replayer/aliases/values.ts'
import { curlScript } from '../../replayer/reproduce/curl-script.ts'
import { untilHealthy } from '../../replayer/reproduce/health.ts'
import { ingredientsOf } from '../../replayer/reproduce/ingredients.ts'
import { minimise, type Minimised } from '../../replayer/reproduce/minimise.ts'
import { minimisedLines, trialLine } from '../../replayer/reproduce/minimise-show.ts'
import { recipeOf } from '../../replayer/reproduce/recipe.ts'
import { reset } from '../../replayer/reproduce/reset.ts'
import { testFile } from '../../replayer/reproduce/test-file.ts'
import { entriesTable, planLine } from '../../replayer/show.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { RULES_HELP } from '../compare-settings.ts'
import { withJournal } from '../database.ts'
import { minimiseMissing, minimiseSettings, type MinimiseSettings } from '../minimise-settings.ts'
import { requireAllowed } from '../allowance.ts'
import { minimisedJson } from '../reproduce-json.ts'
import { failureRun, type FailureRun } from '../reproduce-run.ts'
import { logger } from '../serving.ts'
import { settingsProblem } from '../settings.ts'
import { upstreamTls } from '../tls-settings.ts'

export const minimiseCommand = command({
  settings: minimiseSettings,
  words: ['entry'],
  details: `
Finds the smallest part of what came before a recorded failure with which it still fails in the same
way: resets the backend, sends a part and the failure, and goes on with what failed (delta debugging).
Where an entry uses a value that another one's answer had brought, the two are kept together. All of
them are tried first, twice at least: a failure that comes and goes is told as flaky. Nobody is asked:
each trial resets the backend and changes it. ENTRY, and what is sent before it, are as for
'reprise reproduce'. Each trial is a run in the journal.

--script: BASE_URL names the backend; values that it makes up are taken from its answers (with jq,
python3 or node), as far as they stand in its JSON or in Location; others are marked TODO. Secrets are
not written, they come from the environment: fields of the head that are secret (--secret-headers), and
what is called a password, secret, token or API key in JSON, forms and queries. It ends with 0 where the
failure came again. --test asserts that an answer below 500 comes.
${RULES_HELP}

Exit codes: 0 the smallest sequence was found, 1 it did not fail again with all of them, 2 wrong
settings, 3 stopped early (--most-trials, --time-limit) or flaky: the sequence fails, but may not be the
smallest, 4 no PostgreSQL, no such entry, target not allowed, the reset failed, the backend does not
answer; 130 interrupted (what was found so far is told).

Examples:
  reprise minimise 4711 --base-url http://127.0.0.1:3000 --reset 'docker restart shop' --health /ready
  reprise minimise 4711 --base-url http://127.0.0.1:3000 --reset 'POST http://127.0.0.1:3000/reset' \\
    --script failure.sh --test failure.test.mjs --time-limit 10m`,
  missing: minimiseMissing,
  async run(settings, surroundings) {
    const { signal, stderr } = surroundings
    const log = logger(surroundings, 'minimise')
    return withJournal(settings, signal, log, async (journal, { secrets }) => {
      const ready = await failureRun(journal, settings, 'continue', surroundings, log)
      if (settings.reset!.kind === 'request') {
        requireAllowed(settings.reset!.url, ready.plan.recordedTargets, settings)
      }
      stderr.write(planLine(ready.plan))
      const found = await search(journal, ready, settings, surroundings)
      if (isFound(found)) {
        await write(journal, found, ready.plan.upTo.id, settings, secrets)
      }
      await print(journal, found, ready.plan.upTo, settings, surroundings)
      return signal.aborted ? EXIT.interrupted : exitCode(found)
    })
  },
})

async function search(
  journal: Journal,
  { plan, options }: FailureRun,
  settings: MinimiseSettings,
  { signal, stderr }: Surroundings,
): Promise<Minimised> {
  const tls = upstreamTls(settings)
  const target = settings['base-url']!
  const how = settings.reset!
  const allowed = settings['allow-target']
  return minimise(journal, {
    ...{ plan, run: options, valuesOf, tries: settings.tries },
    ...{ mostTrials: settings['most-trials'], timeLimit: settings['time-limit'] ?? Infinity },
    async reset() {
      await reset(how, {
        ...{ timeout: settings['reset-timeout'], tls, signal },
        ...(how.kind === 'request' && { lookup: guardedLookup(how.url, allowed) }),
      })
      const within = settings['health-timeout']
      const lookup = guardedLookup(target, allowed)
      await untilHealthy({ target, tls, lookup, probe: settings.health, within, signal })
    },
    onTrial: (trial) => void stderr.write(`${trialLine(trial, plan.planned - 1)}\n`),
  })
}

async function write(
  journal: Journal,
  found: Minimised,
  failure: number,
  settings: MinimiseSettings,
  secrets: Secrets,
): Promise<void> {
  const { script, test } = settings
  if (script === undefined && test === undefined) return
  const ingredients = await ingredientsOf(journal, found, failure, valuesOf)
  const recipe = recipeOf(ingredients, secrets)
  if (script !== undefined) writeTo('script', script, curlScript(recipe), 0o755)
  if (test !== undefined) writeTo('test', test, testFile(recipe), 0o644)
}

function writeTo(setting: string, file: string, text: string, mode: number): void {
  try {
    writeFileSync(file, text, { encoding: 'latin1', mode })
  } catch (error) {
    throw settingsProblem([
      `--${setting}: expected a file that can be written: ${messageOf(error)}`,
    ])
  }
}

async function print(
  journal: Journal,
  found: Minimised,
  failure: EntrySummary,
  settings: MinimiseSettings,
  { stdout, stderr }: Surroundings,
): Promise<void> {
  const entries: EntrySummary[] = []
  if (isFound(found)) {
    for (const id of found.ids) entries.push(await journal.entry(id))
    entries.push(failure)
  }
  if (settings.json) {
    stdout.write(`${JSON.stringify(minimisedJson(found, failure, entries), null, 2)}\n`)
    return
  }
  const line = stdout.isTTY === true ? stdout.columns : undefined
  const widths = { column: settings['max-column-width'], line }
  if (entries.length > 0) stdout.write(entriesTable(entries, widths))
  stderr.write(minimisedLines(found))
}

function isFound({ how }: Pick<Minimised, 'how'>): boolean {
  return how === 'smallest' || how === 'stopped'
}

function exitCode({ how, steadiness }: Minimised): number {
  if (!isFound({ how })) return EXIT.failed
  return how === 'stopped' || steadiness === 'flaky' ? EXIT.differs : EXIT.ok
}
