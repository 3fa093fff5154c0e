import { Problem, codeOf } from '../journal/problem.ts'
import type { Spans } from '../telemetry/spans.ts'
import { settingsGroup, type Setting, type Settings } from './settings.ts'
import { VERSION } from './version.ts'

/** The settings of OpenTelemetry, for whatever forwards, serves or replays. */
export const tracingSettings = settingsGroup('Log and spans', {
  'otlp-endpoint': {
    ...endpoint('a collector that takes OTLP over HTTP, for a span of each request'),
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    fallbackText: 'no spans, and the SDK is not loaded',
  },
})

/** Undefined where they are not wanted. Rejects with a Problem where its packages are not installed. */
export async function openSpans(
  { 'otlp-endpoint': endpoint }: Settings<typeof tracingSettings>,
  attributes: Readonly<Record<string, string | number>>,
): Promise<Spans | undefined> {
  if (endpoint === undefined) return undefined
  try {
    const { openSpans: open } = await import('../telemetry/spans.ts')
    return open({ endpoint, version: VERSION, attributes })
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new Problem('settings_invalid', '--otlp-endpoint: OpenTelemetry is not installed', {
      source: 'user',
      hint: `npm install ${PACKAGES.join(' ')}`,
      cause: error,
    })
  }
}

/** They are larger than all the rest: whoever wants spans installs them. */
const PACKAGES = [
  '@opentelemetry/api',
  '@opentelemetry/sdk-trace-base',
  '@opentelemetry/resources',
  '@opentelemetry/exporter-trace-otlp-http',
]

function endpoint(help: string): Setting<string> {
  return {
    expects: 'http://HOST:PORT',
    help,
    shown: (given) => given.replace(/\/\/[^/]*@/, '//***@').replace(/\?.*/, '?***'),
    parse(given) {
      const url = URL.canParse(given) ? new URL(given) : null
      if (url === null || !/^https?:$/.test(url.protocol)) {
        throw new RangeError(`expected a URL of http or https, got '${given}'`)
      }
      return url.href
    },
  }
}
