import { setMaxListeners } from 'node:events'
import { actor } from '../cli/actor.ts'
import { closedAfter } from '../cli/closing.ts'
import { tellOfNames } from '../cli/database.ts'
import { readingSettings } from '../cli/file-settings.ts'
import { filterOf } from '../cli/filter-settings.ts'
import { performRun, readRules } from '../cli/performing.ts'
import { plannedRun, requireAny } from '../cli/planned-run.ts'
import { replayMissing, replaySettings } from '../cli/replay-settings.ts'
import { stateAfter } from '../cli/replay-verify.ts'
import { ledgerPlace } from '../cli/replaying.ts'
import { settingsProblem, withDefault } from '../cli/settings.ts'
import { oneOf } from '../cli/values.ts'
import { openJournal } from '../journal/postgres/journal.ts'
import type { Hook } from '../replayer/sending/hook.ts'
import { givenHook } from '../replayer/sending/hook-module.ts'
import { takenIn } from './filed.ts'
import { FILTER_OPTIONS, type Filter } from './filter.ts'
import { sayTo, type Log } from './log.ts'
import {
  readOptions,
  timeText,
  without,
  type Call,
  type Duration,
  type MoreSettings,
} from './options.ts'
import { RunGathering, type ReplayAttempt, type ReplayRun } from './run.ts'
import type { FileSource, ReplaySource } from './sources.ts'
import { openStore, storeSettings } from './store.ts'

/** All but `from` and `to` may be left out. What is meant in detail: `reprise replay --help`. */
export interface ReplayOptions {
  readonly from: ReplaySource
  /** Where requests are sent: `http://HOST:PORT`; a path in it goes before theirs. */
  readonly to: string | URL
  /** Default: what the backend had applied. */
  readonly filter?: Filter | undefined
  /** How many requests are out at once, as far as the order allows. Default: 64. */
  readonly concurrency?: number | undefined
  /** One after the other. */
  readonly serial?: boolean | undefined
  /** `/api/devices/:id`: keeps order for each value of `:id` only. */
  readonly lanes?: readonly string[] | undefined
  /** Values that the backend makes up. `none`: all is sent as it was recorded. Default: `found`. */
  readonly aliases?: 'found' | 'none' | undefined
  /** A file of rules for them. */
  readonly aliasRules?: string | undefined
  /** A file of rules of the comparison. */
  readonly compareRules?: string | undefined
  /** A file of noise that was learned. */
  readonly noise?: string | undefined
  /** What is done before an entry of which nobody knows whether it was applied. Default: `stop`. */
  readonly inDoubt?: 'stop' | 'skip' | 'send' | undefined
  /** After a 4xx, a 5xx or no answer. Default: `stop`. */
  readonly onFailure?: 'stop' | 'continue' | undefined
  /** After an answer that differs. Default: `continue`. */
  readonly onDifference?: 'stop' | 'continue' | undefined
  /** What every request gets, in the place of recorded ones. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Every request gets `Authorization: Bearer`. */
  readonly bearer?: string | undefined
  /** What may change, skip and stop: an object, or the file of a module. See `reprise/hook`. */
  readonly hook?: Hook | string | undefined
  /** `'10x'`: keeps the recorded gaps, so many times as fast. Default: as fast as the order allows. */
  readonly speed?: string | undefined
  /** `'100/s'` at most. */
  readonly rate?: string | undefined
  /** How long each request may take. Default: 1m. */
  readonly timeout?: Duration | undefined
  /** Targets beside this machine and the recorded upstreams: `HOST` or `HOST:PORT`. */
  readonly allowTargets?: readonly string[] | undefined
  /** `'GET /api/state'`: reads that show the state, which is compared with the one that a recorder kept. */
  readonly probes?: readonly string[] | undefined
  /** Told of each attempt when it ended. */
  readonly onAttempt?: ((attempt: ReplayAttempt) => void) | undefined
  /** Aborted: nothing more is sent, and what is under way is in doubt. */
  readonly signal?: AbortSignal | undefined
  /** Default: warnings are warnings of the process. */
  readonly log?: Log | undefined
  /** Further settings of `reprise replay`, by their names there: `{ 'nonces': 'new' }`. */
  readonly settings?: MoreSettings | undefined
}

/**
 * Sends recorded entries to a target, as `reprise replay --yes` does. Answers what came of it, whatever that
 * is; `ok` tells whether all was as recorded. No setting is read from the environment or a file.
 *
 * Rejects with a Problem where nothing could be sent: `settings_invalid`, `stream_unknown`,
 * `selection_empty`, `target_not_allowed`, `journal_unreachable`; of a file `file_unusable`, `file_invalid`,
 * `file_damaged`, `file_sealed`.
 */
export async function replay(options: ReplayOptions): Promise<ReplayRun> {
  const from = sourceOf(options.from)
  const given = settingsOf({ ...options, from })
  const say = sayTo(options.log)
  refuseLosing(from, given)
  const asked = { source: from.database, call: 'from of replay', absent: absentIn(from) } as const
  const hook = typeof options.hook === 'object' ? givenHook('hook', options.hook) : undefined
  const signal = ownSignal(options.signal)
  return closedAfter(async (opened) => {
    const { database, open } = await openStore(asked, given, say, opened)
    const { url, dataDir } = database
    const journal = openJournal({ ...open, name: 'reprise replay' })
    opened.push(() => journal.close())
    await tellOfNames(journal, open, say)
    const filed = isFile(from) ? await takenIn(from, { journal, open }, given, opened) : null
    const stream = isFile(from) ? filed?.stream : from.stream
    const settings = { ...given, 'database-url': url, 'data-dir': dataDir, stream }
    const plan = await plannedRun(journal, settings)
    requireAny(plan, filterOf(settings))
    const gathering = new RunGathering()
    const wished = { plan, target: settings['base-url']! }
    const rules = await readRules(settings)
    const summary = await performRun(journal, settings, {
      ...{ ...wished, actor: actor('program'), rules, hook, signal, say },
      // Of a file the run cannot be resumed: it is gone with the stream.
      ...(filed === null && { ledger: ledgerPlace(dataDir, open.secrets) }),
      onAttempt(finished) {
        filed?.add(finished)
        const attempt = gathering.add(finished)
        options.onAttempt?.(attempt)
      },
    })
    const state = await stateAfter(journal, summary, wished, rules, settings, { say, signal })
    const accepted = (await filed?.accept(summary.run)) ?? null
    return gathering.conclude(summary, state, accepted?.accepted ?? 0)
  })
}

function sourceOf(from: ReplaySource | undefined): ReplaySource {
  if (typeof from === 'object' && from !== null) return from
  throw settingsProblem(['from in replay: expected a recorder, { database, stream } or { file }'])
}

function isFile(from: ReplaySource): from is FileSource {
  return 'file' in from && from.file !== undefined
}

/** Of a file that is written anew. */
function refuseLosing(from: ReplaySource, { secrets }: { secrets: 'sealed' | 'omit' }): void {
  if (!isFile(from) || from.update !== true || secrets === 'sealed') return
  throw settingsProblem([
    "'secrets' in replay: expected sealed with from.update: else they would be gone from the file",
  ])
}

function absentIn(from: ReplaySource): 'ephemeral' | 'refused' {
  return isFile(from) ? 'ephemeral' : 'refused'
}

/** As many wait for it as requests are out: nobody is warned of that whose own signal it hangs on. */
function ownSignal(given: AbortSignal | undefined): AbortSignal {
  const signal = given === undefined ? new AbortController().signal : AbortSignal.any([given])
  setMaxListeners(0, signal)
  return signal
}

function settingsOf(options: ReplayOptions) {
  const { from, filter = {}, headers = {}, hook, ...given } = options
  const { 'on-failure': onFailure, ...read } = readOptions(CALL, {
    ...given,
    ...(isFile(from) ? inParts('from', from) : {}),
    ...inParts('filter', filter),
    headers: Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    hook: typeof hook === 'object' ? undefined : hook,
    timeout: timeText(options.timeout),
  })
  return { ...read, ...NOT_ASKED, 'skip-request-errors': onFailure === 'continue' }
}

/** `{ since }` of a filter -> `{ 'filter.since' }` */
function inParts(of: string, parts: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parts).map(([part, value]) => [`${of}.${part}`, value]))
}

/** What a terminal is for, and runs that were begun elsewhere. */
const NOT_ASKED = {
  yes: true,
  'dry-run': false,
  interactive: false,
  json: false,
  explain: undefined,
  resume: undefined,
  'in-flight': 'stop',
  'max-column-width': 60,
  stream: undefined,
  'learn-noise': undefined,
  'second-url': undefined,
  'start-from-id': undefined,
} as const

const table = {
  ...without(replaySettings, [
    ...(Object.keys(NOT_ASKED) as (keyof typeof NOT_ASKED)[]),
    ...(['database-url', 'data-dir', 'skip-request-errors'] as const),
  ]),
  ...readingSettings,
  'on-failure': withDefault(
    oneOf(['stop', 'continue'], 'what is done after a 4xx, a 5xx or no answer'),
    'stop',
  ),
  ...storeSettings,
}

type FilterPart = keyof typeof FILTER_OPTIONS

/** Parts of a filter, as people find them. */
const PARTS = Object.fromEntries(
  Object.entries(FILTER_OPTIONS).map(([part, setting]) => [`filter.${part}`, setting]),
) as { [K in FilterPart as `filter.${K}`]: (typeof FILTER_OPTIONS)[K] }

const CALL: Call<typeof table> = {
  name: 'replay',
  table,
  options: {
    ...{ to: 'base-url', concurrency: 'concurrency', serial: 'serial', lanes: 'lanes' },
    ...{ aliases: 'aliases', aliasRules: 'alias-rules', compareRules: 'compare-rules' },
    ...{ noise: 'noise', inDoubt: 'in-doubt', onFailure: 'on-failure' },
    ...{ onDifference: 'on-difference', headers: 'header', bearer: 'bearer', hook: 'hook' },
    ...{ speed: 'speed', rate: 'rate', timeout: 'timeout', allowTargets: 'allow-target' },
    ...{ probes: 'probe', 'from.fileKey': 'file-key' },
    ...PARTS,
  },
  others: [
    ...['from', 'filter', 'onAttempt', 'signal', 'log'],
    ...['from.file', 'from.update', 'from.database'],
  ],
  missing: (known) => ({
    ...(known['base-url'] === undefined && { 'base-url': 'http://HOST:PORT' }),
    ...replayMissing(known),
  }),
}
