import type { Missing } from './command.ts'
import { databaseSettings } from './database.ts'
import { stateKeepingMissing } from './probe-settings.ts'
import { proxySettings } from './proxy-settings.ts'
import { replayingSettings } from './replay-settings.ts'
import { restoreMissing } from './restore-settings.ts'
import { sendingContradictions } from './sending-settings.ts'
import { settingsTable, type Settings } from './settings.ts'
import { clientTlsMissing, upstreamTlsMissing } from './tls-settings.ts'

/** All that a recorder is told beside its upstream, whoever starts it. */
export const recorderSettings = settingsTable({
  ...proxySettings,
  ...replayingSettings,
  ...databaseSettings,
})

export type RecorderSettings = Settings<typeof recorderSettings>

export function recorderMissing(known: Partial<Omit<RecorderSettings, 'stream'>>): Missing {
  return {
    ...clientTlsMissing(known),
    ...upstreamTlsMissing(known),
    ...stateKeepingMissing(known),
    ...restoreMissing(known),
    ...sendingContradictions(known),
  }
}
