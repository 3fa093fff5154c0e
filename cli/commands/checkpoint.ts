import type { Journal } from '../../journal/contract.ts'
import type { Checkpoint } from '../../journal/checkpoints.ts'
import { checkpointsTable, checkpointWords } from '../../replayer/checkpoints-show.ts'
import { removeCheckpoint, setCheckpoint, type CheckpointAt } from '../../replayer/checkpoints.ts'
import { chooseStream } from '../../replayer/plan.ts'
import { counted } from '../../replayer/show.ts'
import { actor } from '../actor.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { databaseSettings, withJournal } from '../database.ts'
import { printJson } from '../looking-settings.ts'
import { lineWidth } from '../plan-run.ts'
import { logger } from '../serving.ts'
import { settingsTable, withDefault, type Setting, type Settings } from '../settings.ts'
import { count, countFrom, moment, switchOn, text } from '../values.ts'

const arrived = moment('')

const place: Setting<CheckpointAt> = {
  expects: 'ENTRY or TIME (2026-01-31T12:00:00Z, or 2h for two hours ago)',
  help: 'set it at this entry, which is the last that is left out, or at the last one by then',
  parse: (given) =>
    /^\d+$/.test(given)
      ? { entry: countFrom(1, '').parse(given) }
      : { moment: arrived.parse(given) },
}

const settings = settingsTable({
  stream: text('NAME', 'the stream; may be left out where the journal has only one'),
  note: text('TEXT', 'why, for people'),
  at: { ...place, fallbackText: 'the newest entry' },
  list: switchOn('list checkpoints, and set none'),
  remove: { ...countFrom(1, 'remove the checkpoint of this number'), expects: 'NUMBER' },
  yes: { ...switchOn('--remove: what it left out is sent again from then on'), short: 'y' },
  'max-column-width': withDefault(count('widest column of the table, in characters'), 60),
  json: switchOn('results as JSON on stdout'),
  ...databaseSettings,
})

export const checkpointCommand = command({
  settings,
  words: ['stream'],
  wordsMayLack: true,
  details: `
A checkpoint says that nothing before it is needed to restore the backend: it keeps what it had been sent by
then, or was reset on purpose. Restores (--restore, reprise restore) begin behind the furthest one; so does
'reprise replay --from-checkpoint'; without that a replay sends everything that its filters select.

It is a place in the order of the stream: left out is what had been answered by then, sent is all that was
answered later, also where it had arrived before. What the backend keeps must be of the same moment: take it
while nothing is sent to it, or name the entry that was the last. Values from before it (ids, tokens) are sent
as they were recorded, for the backend has them; reads that hand out a token or a session which something
behind it uses are asked again. A login from before it is not sent again: where the backend forgets sessions,
see --login-request of reprise replay.

Exit codes: 0 done, 2 wrong settings, 4 no PostgreSQL, no such stream, entry or checkpoint.

Examples:
  reprise checkpoint shop --note 'written to its disk'
  reprise checkpoint shop --at 1207
  reprise checkpoint shop --list
  reprise checkpoint shop --remove 3 --yes`,
  missing: ({ list, remove, at, note, yes }) => ({
    ...(list && remove !== undefined && { list: 'either it or --remove' }),
    ...((list || remove !== undefined) &&
      at !== undefined && { at: 'it without --list and --remove' }),
    ...((list || remove !== undefined) &&
      note !== undefined && { note: 'it without --list and --remove' }),
    ...(remove !== undefined &&
      !yes && { yes: 'it with --remove: restores send more from then on' }),
  }),
  async run(given, surroundings) {
    const log = logger(surroundings, 'checkpoint')
    return withJournal(given, surroundings.signal, log, async (journal) => {
      const stream = await chooseStream(journal, given.stream)
      if (given.list) await list(journal, stream, given, surroundings)
      else if (given.remove === undefined) await set(journal, stream, given, surroundings)
      else {
        const removed = await removeCheckpoint(journal, stream, given.remove, actor())
        if (given.json) printJson(surroundings, { removed: checkpointJson(removed) })
        else surroundings.stdout.write(`${checkpointWords(removed)}: removed\n`)
      }
      return EXIT.ok
    })
  },
})

type Given = Settings<typeof settings>

async function list(
  journal: Journal,
  stream: string,
  { json, 'max-column-width': column }: Given,
  surroundings: Surroundings,
): Promise<void> {
  const { stdout, stderr } = surroundings
  const known = await journal.checkpoints(stream)
  if (json) printJson(surroundings, { checkpoints: known.map(checkpointJson) })
  else if (known.length === 0) stderr.write(`${stream} has no checkpoint\n`)
  else stdout.write(checkpointsTable(known, { column, line: lineWidth(stdout) }))
}

async function set(
  journal: Journal,
  stream: string,
  { at = 'now', note, json }: Given,
  surroundings: Surroundings,
): Promise<void> {
  const { checkpoint, inDoubt } = await setCheckpoint(journal, stream, at, note ?? null, actor())
  if (json) printJson(surroundings, { checkpoint: checkpointJson(checkpoint), inDoubt })
  else surroundings.stdout.write(`${checkpointWords(checkpoint)}: restores begin behind it\n`)
  if (inDoubt === 0) return
  surroundings.stderr.write(
    `${counted(inDoubt, 'entry', 'entries')} in doubt before it: whether the backend has what they did ` +
      'is not asked by a restore any more (reprise in-doubt)\n',
  )
}

function checkpointJson({ orderedAt, setAt, ...rest }: Checkpoint) {
  const [ordered, set] = [orderedAt, setAt].map((at) => new Date(at / 1000).toISOString())
  return { ...rest, orderedAt: ordered, setAt: set }
}
