import type { Gap } from '../journal/standing.ts'
import { hasSpooled, sum, type Audit, type RecorderSum, type SpoolSlot } from './audit.ts'
import { countOf, rangeText } from './number-ranges.ts'
import { counted, isoTime } from './show.ts'
import { printable } from './table.ts'

// An audit as text: per recorder the sum and what is wrong with it, then spools, then one line.

export function auditText(audit: Audit): string {
  const streams = new Set([...audit.recorders, ...audit.slots].map(({ stream }) => stream))
  const lines = [...streams].sort().flatMap((stream) => [
    `stream ${printable(stream)}`,
    ...audit.recorders
      .filter((one) => one.stream === stream)
      .flatMap((one) => recorderLines(one).map((line) => `  ${line}`)),
    ...audit.slots
      .filter((one) => one.stream === stream)
      .flatMap(slotLines)
      .map((line) => `  ${line}`),
  ])
  return `${[...lines, verdictLine(audit)].join('\n')}\n`
}

function recorderLines(recorder: RecorderSum): string[] {
  const { presence, state, durability, host, startedAt, forwarded } = recorder
  const numbers = forwarded === 0 ? 'no numbers' : `numbers ${range(1, forwarded)}`
  const how = presence === 'running' ? 'running' : STATES[state]
  const who = `recorder ${recorder.recorder} on ${printable(host)}`
  return [
    `${who}, ${durability}, ${how}, started ${isoTime(startedAt)}, ${numbers}`,
    ...[sumLine(recorder), ...findings(recorder)].map((line) => `  ${line}`),
  ]
}

const STATES: Readonly<Record<RecorderSum['state'], string>> = {
  alive: 'dead',
  silent: 'silent since its lease ran out',
  stopped: 'stopped',
  closed: 'closed after it had ended without saying so',
}

/** `forwarded 120 = recorded 110 + excluded 7 (status 5, opted_out 2) + in doubt 2 + lost 1` */
export function sumLine(recorder: RecorderSum): string {
  const { forwarded, total, recorded, context, excluded, inDoubt, lost, open, waiting } = recorder
  const reasons = Object.entries(excluded)
    .map(([reason, n]) => `${printable(reason)} ${n}`)
    .join(', ')
  const terms = [
    `recorded ${recorded}${context === 0 ? '' : ` (context ${context})`}`,
    `excluded ${sum(Object.values(excluded))}${reasons === '' ? '' : ` (${reasons})`}`,
    `in doubt ${inDoubt}`,
    `lost ${lost}`,
    ...term('open', open),
    ...term('in a spool', waiting),
    ...term('under way', countOf(recorder.underWay)),
    ...term('MISSING', countOf(recorder.missing)),
  ]
  const relation = forwarded === total ? '' : `, BUT ${total}`
  return `forwarded ${forwarded}${relation} = ${terms.join(' + ')}`
}

function term(name: string, n: number): string[] {
  return n === 0 ? [] : [`${name} ${n}`]
}

function findings(recorder: RecorderSum): string[] {
  const { missing, underWay, duplicates, damaged, unsettled, open, stream } = recorder
  return [
    ...missing.map((gap) => `missing: ${rangeText(gap)}${givenText(gap)}`),
    ...(missing.length > 0 ? [whyMissing(recorder)] : []),
    ...duplicates.map((number) => `number ${number} stands in two places`),
    ...damaged.map(({ entry, side }) => `the ${side} body of entry ${entry} is damaged`),
    ...underWay.map((gap) => `under way: ${rangeText(gap)}${givenText(gap)}`),
    ...(open === 0 || recorder.presence === 'running'
      ? []
      : [
          `${open} announced and left open: in doubt as soon as a recorder of the stream closes it`,
        ]),
    ...(unsettled === 0
      ? []
      : [
          `${unsettled} of those in doubt unsettled: reprise in-doubt --stream '${printable(stream)}'`,
        ]),
    ...(hasSpooled(recorder)
      ? [
          `${counted(recorder.spooledRecords, 'record', 'records')} in its spool when it last said so`,
        ]
      : []),
  ]
}

function givenText({ after, before }: Gap): string {
  if (after !== null && before !== null)
    return `, given between ${isoTime(after)} and ${isoTime(before)}`
  if (after !== null) return `, given after ${isoTime(after)}`
  return before === null ? '' : `, given before ${isoTime(before)}`
}

/** What is known of mutations whose recorder ended before their numbers had a place. */
function whyMissing({ durability, host, state }: RecorderSum): string {
  const leftOut = 'or left out by the policy in its last second'
  const where = `unless they wait in a spool on ${printable(host)}`
  const words = {
    async: `waiting to be stored when it ended, answered or not (${leftOut}); ${where}`,
    commit: `in flight when it ended (${leftOut}): what was to be recorded was not acknowledged; ${where}`,
    intent:
      `not yet forwarded when it ended (${leftOut}): nothing of it was acknowledged; ` +
      'noted as such when a proxy of the stream starts with its spool',
  }
  return `  ${words[durability]}${state === 'silent' ? '; if it still runs, audit again' : ''}`
}

function slotLines({
  state,
  journal,
  folder,
  records,
  bytes,
  damaged,
  recorders,
}: SpoolSlot): string[] {
  const where = `spool ${printable(folder)}`
  if (state === 'running') return [`${where}: in use by a recorder that runs`]
  if (journal === 'other') return [`${where}: for another journal, not counted here`]
  if (records + damaged === 0 && recorders.length === 0) return []
  const holds =
    records === 0 ? 'empty' : `${counted(records, 'record waits', 'records wait')} (${bytes} bytes)`
  return [
    `${where}: left by a process that died, ${holds}; moved when a proxy of the stream starts with it`,
    ...(damaged === 0
      ? []
      : [`  ${counted(damaged, 'record', 'records')} in it damaged: the disk did not keep them`]),
  ]
}

/** The last line: whether the sum holds. */
export function verdictLine({ recorders, slots, verdict }: Audit): string {
  const own = slots.filter(({ journal }) => journal === 'this')
  const total = (count: (one: RecorderSum) => number) => sum(recorders.map(count))
  if (recorders.length === 0 && own.length === 0) return 'Nothing was recorded yet.'
  const underWay = total((one) => countOf(one.underWay))
  const later =
    underWay === 0
      ? ''
      : ` ${counted(underWay, 'mutation', 'mutations')} of running recorders under way.`
  const parts = (words: readonly (readonly [number, string])[]) =>
    words
      .filter(([n]) => n > 0)
      .map(([n, text]) => `${n} ${text}`)
      .join(', ')
  switch (verdict) {
    case 'whole':
      return `The sum holds, and nothing is missing.${later}`
    case 'counted': {
      const waits = total((one) => (hasSpooled(one) ? one.spooledRecords : 0))
      const found = sum(own.map(({ records }) => records))
      return `The sum holds, but not all is recorded: ${parts([
        [total(({ lost }) => lost), 'lost and counted'],
        [waits + found, 'waiting in spools'],
      ])}.${later}`
    }
    case 'broken':
      return `The sum does NOT hold: ${parts([
        [total(({ missing }) => countOf(missing)), 'missing'],
        [total(({ duplicates }) => duplicates.length), 'in two places'],
        [total(({ damaged }) => damaged.length), 'bodies damaged'],
        [sum(own.map(({ damaged }) => damaged)), 'records in spools damaged'],
      ])}.${later}`
  }
}

function range(first: number, last: number): string {
  return rangeText({ first, last })
}
