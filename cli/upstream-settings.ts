import { settingsGroup, withDefault } from './settings.ts'
import { upstreamTlsSettings } from './tls-settings.ts'
import { oneOf } from './values.ts'

/** Of whatever sends requests to a backend. */
export const upstreamSettings = settingsGroup('To the backend', {
  ...upstreamTlsSettings,
  'upstream-http2': withDefault(
    oneOf(
      ['off', 'auto', 'on'],
      'whether the backend is spoken to in HTTP/2\n' +
        'auto: what came by HTTP/2 goes by it to a backend with https that chooses it (ALPN); all ' +
        'else goes by HTTP/1.1, as it came\n' +
        'on: all but WebSocket goes by it, with https or, by prior knowledge, without, as gRPC ' +
        'needs it; names of fields get lower case\n' +
        'off: everything goes by HTTP/1.1',
    ),
    'auto',
  ),
})
