import type { ProxyOptions, RecordingOptions } from '../../proxy/proxy.ts'
import { standBetween, type Between } from './between.ts'
import { emptyFolder } from './folder.ts'
import type { Answer } from './raw-http.ts'
import { recordingOptions, startRecorder } from './recorder.ts'

export interface Spooling extends Between {
  spoolDir: string
  /** Another proxy on the same folder and journal, as after a restart. */
  restart: (changes?: Partial<ProxyOptions>) => ReturnType<typeof startRecorder>
}

/** As standBetween, with a real spool; PostgreSQL counts as stuck after a moment. */
export async function standWithSpool(
  changes: Partial<RecordingOptions> = {},
  answer?: Answer,
  others: Partial<ProxyOptions> = {},
): Promise<Spooling> {
  const spoolDir = changes.spoolDir ?? emptyFolder()
  const recording = recordingOptions({
    ...{ spoolDir, spoolLimit: 64 * 1024 * 1024, slowCommit: 100 },
    ...changes,
  })
  const between = await standBetween('on', answer, { recording, ...others })
  const { origin, journal } = between
  return {
    ...between,
    spoolDir,
    restart: (again) => startRecorder(origin.url, journal, { recording, ...others, ...again }),
  }
}

export const post = (target = '/', body = 'hi') =>
  `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`
