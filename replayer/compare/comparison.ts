import { compareBodies } from './body-comparison.ts'
import { Findings, type Found } from './difference.ts'
import { compareFields } from './field-comparison.ts'
import { Judge, type Explains } from './judge.ts'
import type { Message } from './message.ts'
import type { AskedOf } from './noise-rule.ts'
import { rulesFor, type CompareRules } from './rules.ts'

/** Heads and bodies of two answers with the same status, noise and aliases taken out. */
export function compareMessages(
  asked: AskedOf,
  recorded: Message,
  came: Message,
  rules: CompareRules,
  explains: Explains,
): Found {
  const here = rulesFor(rules, asked)
  const hidden = recorded.withheld === undefined ? null : here.names
  const judge = new Judge(here, explains, { recorded: recorded.at, now: came.at }, hidden)
  const findings = new Findings()
  findings.add(compareFields(recorded, came, judge, here).found())
  if (here.bodies === 'compared' && asked.method !== 'HEAD') {
    findings.add(compareBodies(recorded, came, judge, here).found())
  }
  return findings.found()
}
