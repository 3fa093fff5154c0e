import { existsSync } from 'node:fs'
import type { Journal } from '../journal/contract.ts'
import { withoutDuplicates } from '../replayer/compare/learned-noise.ts'
import type { NoiseRule } from '../replayer/compare/noise-rule.ts'
import { noiseFile, parseLearned } from '../replayer/compare/parse-rules.ts'
import { withLearned } from '../replayer/compare/rules.ts'
import { noiseOfRuns, type NoiseOfRuns } from '../replayer/noise-of-runs.ts'
import type { Wished } from '../replayer/prompt.ts'
import type { RunSummary } from '../replayer/run.ts'
import type { LedgerPlace } from '../replayer/run/resume.ts'
import { counted, runLines } from '../replayer/show.ts'
import { pinsOf } from './alias-settings.ts'
import { EXIT, type Surroundings } from './command.ts'
import { readYamlOf } from './compare-settings.ts'
import { requireAllowed } from './allowance.ts'
import { readRules } from './performing.ts'
import { perform } from './replay-run.ts'
import type { ReplaySettings } from './replay-settings.ts'
import { writeYaml } from './yaml-file.ts'

/** Replays a plan against two backends, and keeps what differs between their answers as noise. */
export async function learnNoise(
  journal: Journal,
  wished: Wished,
  settings: ReplaySettings,
  surroundings: Surroundings,
  ledger: LedgerPlace,
): Promise<number> {
  const { plan, target } = wished
  const file = settings['learn-noise']!
  const second = { ...wished, target: settings['second-url']! }
  requireAllowed(second.target, plan.recordedTargets, settings)
  const kept = await keptRules(file)
  const given = await readRules(settings)
  const rules = { ...given, compare: withLearned(given.compare, kept) }
  const runs: RunSummary[] = []
  for (const one of [wished, second]) {
    const { summary } = await perform(journal, one, rules, settings, surroundings, ledger)
    runs.push(summary)
    if (!settings.json) surroundings.stdout.write(runLines(summary))
    if (summary.state === 'done') continue
    const why = `run ${summary.run} did not reach its end`
    surroundings.stderr.write(`nothing was learned: ${why}\n`)
    if (settings.json) print(surroundings, { runs, learned: null, why: [why] })
    return summary.state === 'interrupted' ? EXIT.interrupted : EXIT.failed
  }
  const [one, other] = runs.map(({ run, stream }) => ({ id: run, stream }))
  const learning = { compare: rules.compare, aliases: pinsOf(given.aliases) }
  const found = await noiseOfRuns(journal, plan, [one!, other!], learning, target.host)
  return conclude(found, { runs, kept, file }, settings, surroundings)
}

async function conclude(
  { rules, compared, mismatches, moreMismatches }: NoiseOfRuns,
  { runs, kept, file }: { runs: readonly RunSummary[]; kept: readonly NoiseRule[]; file: string },
  { json }: ReplaySettings,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr } = surroundings
  if (mismatches.length > 0) {
    stderr.write('nothing was learned: the runs do not match; were both backends fresh?\n')
    const more = moreMismatches === 0 ? [] : [`and ${moreMismatches} more`]
    stderr.write([...mismatches, ...more].map((line) => `  ${line}\n`).join(''))
    if (json) print(surroundings, { runs, learned: null, why: mismatches })
    return EXIT.failed
  }
  const all = withoutDuplicates([...kept, ...rules])
  await writeYaml(file, HEAD, noiseFile(all))
  if (json)
    print(surroundings, { runs, learned: rules, why: [], compared, file, rules: all.length })
  else {
    const learned = counted(rules.length, 'rule', 'rules')
    const of = counted(compared, 'pair of answers', 'pairs of answers')
    stdout.write(`${learned} of noise learned from ${of}; ${file} has ${all.length}\n`)
  }
  return EXIT.ok
}

const HEAD = ' Noise, learned by reprise replay --learn-noise; it is used by --noise.'

async function keptRules(file: string): Promise<NoiseRule[]> {
  return existsSync(file) ? parseLearned(await readYamlOf('learn-noise', file), `${file}: `) : []
}

function print({ stdout }: Surroundings, value: unknown): void {
  stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}
