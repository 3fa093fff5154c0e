import { createHash } from 'node:crypto'
import { asLines, contentOf, isReadable } from './body-content.ts'
import { Findings } from './difference.ts'
import { compareJson } from './json-comparison.ts'
import type { Judge } from './judge.ts'
import { compareLines } from './line-comparison.ts'
import type { Message } from './message.ts'
import type { CompareRules } from './rules.ts'

export function compareBodies(
  recorded: Message,
  came: Message,
  judge: Judge,
  { unordered }: CompareRules,
): Findings {
  const findings = new Findings()
  if (recorded.partly !== null || came.partly !== null) {
    comparePartly(recorded, came, findings)
    return judged(findings, judge)
  }
  if (recorded.body.equals(came.body)) return findings
  const then = contentOf(recorded.fields, recorded.body)
  const now = contentOf(came.fields, came.body)
  if (then.kind === 'bytes' || now.kind === 'bytes') {
    compareBytes(recorded.body, came.body, findings)
    return judged(findings, judge)
  }
  if (then.kind === 'json' && now.kind === 'json') {
    return judged(compareJson(then.value, now.value, judge, unordered), judge)
  }
  return judged(compareLines(asLines(then), asLines(now), judge), judge)
}

/** A rule about the whole body. */
function judged(findings: Findings, { noise }: Judge): Findings {
  if (noise.body === null || findings.isSame) return findings
  const ignored = new Findings()
  ignored.explain(noise.body)
  return ignored
}

function compareBytes(recorded: Buffer, came: Buffer, findings: Findings): void {
  if (recorded.length !== came.length) {
    findings.differs('body length', `${recorded.length} bytes`, `${came.length} bytes`)
  } else findings.differs('body digest', digestOf(recorded), digestOf(came))
}

/** By length and digest, of what is not there whole. */
function comparePartly(recorded: Message, came: Message, findings: Findings): void {
  const [then, now] = [wholeDigest(recorded), wholeDigest(came)]
  if (then !== null && then === now) return
  const why = recorded.partly ?? came.partly!
  const isCut = recorded.partly !== null && recorded.digest === null
  // Where there may be generated values in it, that it is another one tells nothing.
  if (isCut || isReadable(recorded.fields)) {
    findings.leave(`body: ${why}; ${recorded.length} bytes were recorded, ${came.length} came`)
  } else if (recorded.length !== came.length) {
    findings.differs('body length', `${recorded.length} bytes`, `${came.length} bytes`)
  } else if (then !== null && now !== null) findings.differs('body digest', then, now)
  else findings.leave(`body: ${why}; its length, ${came.length} bytes, is the same`)
}

function wholeDigest({ body, digest, partly }: Message): string | null {
  if (digest !== null) return digest
  return partly === null ? digestOf(body) : null
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
