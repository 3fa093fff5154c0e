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
import { settingsTable, withDefault, type Settings } from '../settings.ts'
import { upstreamTlsMissing } from '../tls-settings.ts'
import { origin, streamName, switchOn } from '../values.ts'
import { startTelling, webhookMissing } from '../webhook-settings.ts'

const settings = settingsTable({
  stream: withDefault(streamName('the stream'), 'default'),
  target: origin('the backend whose state was lost'),
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
  reprise restore shop --target http://127.0.0.1:3000 --boot-id '/health json /boot_id'
  reprise restore shop --open`,
  missing: (known) => ({
    ...upstreamTlsMissing(known),
    ...sendingContradictions(known),
    ...restoreCompactMissing(known),
    ...webhookMissing(known),
    ...(known.target === undefined && known.open !== true && { target: 'http://HOST:PORT' }),
  }),
  async run(given, surroundings) {
    const log = logger(surroundings, 'restore')
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
  const { stream, target, json } = given
  const log = logger(surroundings, 'restore')
  const options = await restoreOptions(given, target!, journal, database, actor(), log)
  const { signal } = surroundings
  const { epoch, restored } = await restoreByHand(options, stream, holderName(), signal)
  if (json) printJson(surroundings, { epoch: epoch.number, ending: restored })
  else surroundings.stdout.write(`epoch ${epoch.number}: ${restoredWords(restored)}\n`)
  return codeOf(restored)
}

function codeOf(restored: Restored): number {
  if (restored === 'interrupted') return EXIT.interrupted
  if (restored === 'over') return EXIT.failed
  const { outcome } = restored
  return outcome === 'restored' ? EXIT.ok : outcome === 'differs' ? EXIT.differs : EXIT.failed
}
