import type { Journal } from '../../journal/contract.ts'
import { openByHand, restoreByHand } from '../../replayer/restoring/by-hand.ts'
import { restoredWords, type Restored } from '../../replayer/restoring/restore.ts'
import { actor } from '../actor.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { databaseSettings, withJournal, type Database } from '../database.ts'
import { epochJson } from '../epoch-json.ts'
import { printJson } from '../looking-settings.ts'
import { replayingSettings } from '../replay-settings.ts'
import { verifySettings } from '../probe-settings.ts'
import { byHandSettings, restoreCompactMissing } from '../restore-settings.ts'
import { holderName, restoreOptions } from '../restoring.ts'
import { sendingContradictions } from '../sending-settings.ts'
import { logger } from '../serving.ts'
import { settingsProblem, settingsTable, withDefault, type Settings } from '../settings.ts'
import { keepHeapSmall } from '../small-heap.ts'
import { upstreamTlsMissing } from '../tls-settings.ts'
import { origin, streamName, switchOn } from '../values.ts'
import { startTelling, webhookMissing } from '../webhook-settings.ts'

const settings = settingsTable({
  stream: withDefault(streamName('the stream'), 'default'),
  target: origin(
    'the backend whose state was lost; default: the one that the stream was recorded in front of',
  ),
  open: switchOn('restore nothing: let clients in as the backend is'),
  ...byHandSettings,
  ...verifySettings,
  ...replayingSettings,
  json: switchOn('results as JSON on stdout'),
  ...databaseSettings,
})

export const restoreCommand = command({
  settings,
  words: ['stream'],
  details: `
Puts back the state of a backend that lost it, where its proxies ask first (--restore ask) or where a
restore failed; clients are let in when it is there. A run that was begun before is gone on with. With --probe
(or --state-probe in the file of the proxy) the state is asked for then, and compared with what was kept
before the loss.

Exit codes: 0 restored (or opened), 1 it failed, 2 wrong settings, 3 answers differ from what was
recorded, 4 no PostgreSQL, nothing to restore, 130 interrupted.

Examples:
  reprise restore shop --boot-id '/health json /boot_id'
  reprise restore shop --open`,
  missing: (known) => ({
    ...upstreamTlsMissing(known),
    ...sendingContradictions(known),
    ...restoreCompactMissing(known),
    ...webhookMissing(known),
  }),
  async run(given, surroundings) {
    const log = logger(surroundings, 'restore')
    keepHeapSmall()
    return withJournal(given, surroundings.signal, log, async (journal, database) => {
      const teller = startTelling(given, journal, log)
      try {
        if (given.open) return await opened(given, journal, surroundings)
        return await restored(given, journal, database, surroundings)
      } finally {
        await teller.close()
      }
    })
  },
})

type Given = Settings<typeof settings>

async function opened(given: Given, journal: Journal, surroundings: Surroundings): Promise<number> {
  const by = actor()
  const epoch = await openByHand(journal, given.stream, `opened by ${by.who}`, by)
  if (given.json) printJson(surroundings, { epoch: epochJson(epoch) })
  else surroundings.stdout.write(`epoch ${epoch.number} of ${given.stream} is open\n`)
  return EXIT.ok
}

async function restored(
  given: Given,
  journal: Journal,
  database: Database,
  surroundings: Surroundings,
): Promise<number> {
  const { stream, json } = given
  const log = logger(surroundings, 'restore')
  const target = given.target ?? (await recordedTarget(journal, stream))
  const options = await restoreOptions(given, target, journal, database, actor(), log)
  const { signal } = surroundings
  const { epoch, restored } = await restoreByHand(options, stream, holderName(), signal)
  if (json) printJson(surroundings, { epoch: epoch.number, ending: restored })
  else surroundings.stdout.write(`epoch ${epoch.number}: ${restoredWords(restored)}\n`)
  return codeOf(restored)
}

/** The one backend that the stream was recorded in front of. */
async function recordedTarget(journal: Journal, stream: string): Promise<URL> {
  const known = (await journal.streams()).find((one) => one.stream === stream)?.targets ?? []
  const [only] = known
  if (only !== undefined && known.length === 1) return new URL(only)
  const among = known.length === 0 ? '' : `; it was recorded in front of ${known.join(', ')}`
  throw settingsProblem([`--target is missing: expected http://HOST:PORT${among}`])
}

function codeOf(restored: Restored): number {
  if (restored === 'interrupted') return EXIT.interrupted
  if (restored === 'over') return EXIT.failed
  const { outcome } = restored
  return outcome === 'restored' ? EXIT.ok : outcome === 'differs' ? EXIT.differs : EXIT.failed
}
