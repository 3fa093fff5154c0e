import { createHash } from 'node:crypto'
import { maskBody, maskText } from '../../journal/masking/masking.ts'
import type { SecretNames } from '../../journal/masking/names.ts'
import { asLines, contentOf, isReadable, type Content } from './body-content.ts'
import { A_SECRET, Findings } from './difference.ts'
import { compareJson } from './json-comparison.ts'
import type { Judge } from './judge.ts'
import { compareLines } from './line-comparison.ts'
import type { Message } from './message.ts'
import type { CompareRules } from './rules.ts'

export function compareBodies(
  recorded: Message,
  came: Message,
  judge: Judge,
  { unordered, names }: CompareRules,
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
    compareBytes(recorded, came, findings, names)
    return judged(findings, judge)
  }
  if (then.kind === 'json' && now.kind === 'json') {
    return judged(compareJson(then.value, now.value, judge, unordered, names), judge)
  }
  return judged(compareTexts([recorded, then], [came, now], judge, names), judge)
}

/** A rule about the whole body. */
function judged(findings: Findings, { noise }: Judge): Findings {
  if (noise.body === null || findings.isSame) return findings
  const ignored = new Findings()
  ignored.explain(noise.body)
  return ignored
}

type Readable = Exclude<Content, { kind: 'bytes' }>

/** Line by line; those that differ are told with their secrets masked. */
function compareTexts(
  [recorded, then]: [Message, Readable],
  [came, now]: [Message, Readable],
  judge: Judge,
  names: SecretNames,
): Findings {
  const findings = compareLines(asLines(then), asLines(now), judge)
  const masked = [
    maskedLines(recorded, asLines(then), names),
    maskedLines(came, asLines(now), names),
  ] as const
  if (findings.isSame || (masked[0] === null && masked[1] === null)) return findings
  const shown = compareLines(masked[0] ?? asLines(then), masked[1] ?? asLines(now), judge)
  if (shown.isSame) shown.differs('body', A_SECRET, A_SECRET)
  return shown
}

/** Null: there is no secret in them. */
function maskedLines(
  { fields }: Message,
  lines: readonly string[],
  names: SecretNames,
): readonly string[] | null {
  const text = lines.join('\n')
  const masked = maskText(text, fields, names)
  return masked === text ? null : masked.split('\n')
}

function compareBytes(
  recorded: Message,
  came: Message,
  findings: Findings,
  names: SecretNames,
): void {
  const [then, now] = [recorded.body.length, came.body.length]
  // By its digest a short one could be found by trying.
  const shown = ({ body, fields }: Message) =>
    maskBody(body, fields, names) === null ? digestOf(body) : A_SECRET
  if (then !== now) findings.differs('body length', `${then} bytes`, `${now} bytes`)
  else findings.differs('body digest', shown(recorded), shown(came))
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
