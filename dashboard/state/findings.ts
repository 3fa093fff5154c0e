import type { Audit, Epoch, Recorder, Stream } from '../api/client.ts'
import { countText, fullText, sizeText } from '../journal/shown.ts'

// What is not well, in words, and what to do about it.

/** `wrong`: something is missing or damaged. `look`: somebody should do something. `note`: good to know. */
export type Level = 'wrong' | 'look' | 'note'

export interface Finding {
  level: Level
  what: string
  todo: string
  /** A place on the page that shows more. */
  at?: 'doubts' | 'lives' | 'proof' | 'recorders'
}

export interface Known {
  recorders: readonly Recorder[]
  streams: readonly Stream[]
  /** The newest life of the backend of each of them. */
  lives: readonly Epoch[]
  /** Null: the sum was not made up. */
  audit: Audit | null
}

/** All that is not as it should be, the worst first. */
export function findingsOf({ recorders, streams, lives, audit }: Known): Finding[] {
  const found = [
    ...lives.flatMap(lifeFindings),
    ...(audit === null ? [] : sumFindings(audit)),
    ...recorders.flatMap((one) => recorderFindings(one, audit)),
    ...streams.flatMap(doubtFindings),
    ...streams.flatMap(({ stream }) => absence(stream, recorders)),
  ]
  return found.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level))
}

const LEVELS: readonly Level[] = ['wrong', 'look', 'note']

/** The word for all of it: a note spoils nothing. */
export function wordOf(findings: readonly Finding[]): 'well' | 'look' | 'wrong' {
  if (findings.some(({ level }) => level === 'wrong')) return 'wrong'
  return findings.some(({ level }) => level === 'look') ? 'look' : 'well'
}

function lifeFindings({ stream, phase, outcome, holder }: Epoch): Finding[] {
  if (phase === 'restoring') {
    return [
      {
        level: 'look',
        what: `The backend of ${stream} lost its state, and clients are kept away`,
        todo:
          holder === null
            ? 'Nobody restores it: have it done above, or say `reprise restore`.'
            : `${holder} restores it.`,
        at: 'lives',
      },
    ]
  }
  if (phase === 'open') return []
  const what = outcome === 'differs' ? 'is not as it was recorded' : 'could not be restored'
  return [
    {
      level: 'wrong',
      what: `The state of the backend of ${stream} ${what}, and clients are kept away`,
      todo: 'Its run tells why. Try again when that is put right, or let clients in as it is.',
      at: 'lives',
    },
  ]
}

function recorderFindings(recorder: Recorder, audit: Audit | null): Finding[] {
  const { stream, host, state, lease_until: until, spooled_records: records } = recorder
  const who = `the recorder of ${stream} on ${host}`
  const found: Finding[] = []
  if (state === 'silent') {
    const since = until === null ? '' : ` since ${fullText(until)}`
    found.push({
      level: 'look',
      what: `Nothing was heard of ${who}${since}`,
      todo: 'Its process died or hangs, or PostgreSQL is out of its reach. Start the proxy again: what was left open is put in doubt then, and what it spooled is moved.',
      at: 'recorders',
    })
  }
  if (records > 0 && isStillSpooled(recorder, audit)) {
    const held = `${countText(records)} ${records === 1 ? 'record' : 'records'} (${sizeText(recorder.spooled_bytes)})`
    found.push(
      state === 'alive'
        ? {
            level: 'look',
            what: `${held} wait in the spool of ${who}`,
            todo: 'PostgreSQL was away or slow for it. They are safe on its disk, and are moved by themselves as soon as PostgreSQL answers it.',
            at: 'recorders',
          }
        : {
            level: 'look',
            what: `${held} were in the spool of ${who} when it was heard of last`,
            todo: 'Start a proxy on that machine with the same spool folder: it moves them. Whether they were moved already, the sum tells.',
            at: 'proof',
          },
    )
  }
  return found
}

/** As `reprise audit` sees it: of one that ended, and whose every number has its place, it was moved. */
function isStillSpooled({ id, state }: Recorder, audit: Audit | null): boolean {
  const sum = audit?.recorders.find(({ recorder }) => recorder === id)
  if (sum === undefined || state === 'alive') return true
  return sum.presence === 'running' || sum.open > 0 || sum.missing.length > 0
}

function doubtFindings({ stream, unsettled }: Stream): Finding[] {
  if (unsettled === 0) return []
  const what = unsettled === 1 ? '1 entry' : `${countText(unsettled)} entries`
  return [
    {
      level: 'look',
      what: `${what} of ${stream} ${unsettled === 1 ? 'is' : 'are'} in doubt`,
      todo:
        unsettled === 1
          ? 'A replay ends before it. Say what became of it.'
          : 'A replay ends before the first of them. Say what became of them.',
      at: 'doubts',
    },
  ]
}

/** A stream that nobody records: after an end in order it is a note, after a death it wants a look. */
function absence(stream: string, recorders: readonly Recorder[]): Finding[] {
  const own = recorders.filter((one) => one.stream === stream)
  if (own.some(({ state }) => state === 'alive' || state === 'silent')) return []
  const last = own[0]
  const since = last?.ended_at ? ` since ${fullText(last.ended_at)}` : ''
  return [
    {
      level: last?.state === 'closed' ? 'look' : 'note',
      what: `Nobody records ${stream}${since}`,
      todo:
        last?.state === 'closed'
          ? 'Its last recorder died. Start the proxy again if the backend is in use.'
          : 'Its last recorder was stopped in order. Start the proxy again when the backend is used.',
      at: 'recorders',
    },
  ]
}

function sumFindings({ recorders, spools }: Audit): Finding[] {
  const sum = (pick: (one: Audit['recorders'][number]) => number) =>
    recorders.reduce((total, one) => total + pick(one), 0)
  const missing = sum((one) => one.missing.reduce((n, gap) => n + gap.last - gap.first + 1, 0))
  const twice = sum((one) => one.duplicates.length)
  const damaged = sum((one) => one.damaged.length)
  const lost = sum((one) => one.lost)
  const broken = sum((one) => (one.forwarded === one.total ? 0 : 1))
  const left = spools.reduce((n, { records }) => n + (records ?? 0), 0)
  const unreadable = spools.reduce((n, one) => n + one.damaged, 0)
  const found: [number, Level, string, string][] = [
    [missing, 'wrong', 'forwarded mutations are missing', MISSING],
    [twice, 'wrong', 'numbers stand in two places', TWICE],
    [damaged, 'wrong', 'bodies are not what their digest says', DAMAGED],
    [broken, 'wrong', 'sums do not come out', TWICE],
    [unreadable, 'wrong', 'records in a spool cannot be read', DAMAGED],
    [lost, 'look', 'mutations were let pass unrecorded, and counted as lost', LOST],
    [left, 'look', 'records wait in a spool that a dead process left on this machine', LEFT],
  ]
  return found.flatMap(([n, level, what, todo]) =>
    n === 0 ? [] : [{ level, what: `${countText(n)} ${what}`, todo, at: 'proof' as const }],
  )
}

const MISSING =
  'They reached the backend and are nowhere: the gaps say when. Where the machine that recorded them still has a spool folder, start a proxy on it, and prove again.'
const TWICE =
  'That is a fault of the recorder or of a restored database. Keep the journal as it is, and report it.'
const DAMAGED =
  'The disk or somebody changed them after they were recorded. Restore them from a copy of the database if there is one.'
const LOST =
  'The proxy was told to let mutations pass where it could not record them (--when-unrecordable pass).'
const LEFT = 'Start a proxy of that stream on this machine: it moves them to the journal.'
