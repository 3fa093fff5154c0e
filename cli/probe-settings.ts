import {
  parseProbeField,
  parseStateProbe,
  type ProbeField,
  type StateProbe,
} from '../replayer/state/state-probe.ts'
import type { Missing } from './command.ts'
import { listOf, settingsGroup, withDefault, type Setting, type Settings } from './settings.ts'
import { countFrom, duration, durationFrom } from './values.ts'

/** A read request that shows the backend's state. */
export function stateProbe(help: string): Setting<StateProbe> {
  return { expects: "'GET /PATH'", help, separator: '\n', parse: parseStateProbe }
}

/** A field that probes carry. */
export function probeField(help: string): Setting<ProbeField> {
  const shown = (given: string) => given.replace(/:.*/s, ': ***')
  return { expects: "'NAME: VALUE'", help, separator: '\n', parse: parseProbeField, shown }
}

/** Of a proxy that keeps the backend's state while it records. */
export const stateKeepingSettings = settingsGroup('Probes of the state', {
  'state-probe': listOf(
    stateProbe(
      "read requests of which the answers, kept with the journal, show the backend's state: asked " +
        'at --state-every, and when the proxy has ended in order (`reprise state` compares with them)',
    ),
  ),
  'state-probe-header': listOf(
    probeField('fields that they carry, such as credentials; they are not kept'),
  ),
  'state-every': {
    ...durationFrom(100, 'how often the state is kept'),
    fallbackText: 'only at the end',
  },
  'state-timeout': withDefault(duration('how long each of them may take'), 5_000, '5s'),
  'state-most': withDefault(
    countFrom(1, 'of each probe so many answers are kept, then the oldest goes'),
    100,
  ),
})

/** Of whoever asks for the state afterwards. */
export const verifySettings = settingsGroup('Probes of the state', {
  probe: listOf(
    stateProbe(
      "read requests of which the answers show the backend's state: asked after the run, and compared " +
        'with those that were kept (by the proxy, or `reprise state`)',
    ),
    [],
    '--state-probe',
  ),
  'state-probe': stateKeepingSettings['state-probe'],
  'probe-header': listOf(
    probeField('fields that they carry, such as credentials'),
    [],
    '--state-probe-header',
  ),
  'state-probe-header': stateKeepingSettings['state-probe-header'],
})

export type VerifySettings = Settings<typeof verifySettings>

/** Those of the command line, or those that the proxy has in the file that it shares. */
export function probesOf(known: Partial<VerifySettings>): readonly StateProbe[] {
  const { probe = [], 'state-probe': shared = [] } = known
  return probe.length > 0 ? probe : shared
}

export function probeFieldsOf(known: Partial<VerifySettings>): readonly ProbeField[] {
  const { 'probe-header': own = [], 'state-probe-header': shared = [] } = known
  return own.length > 0 ? own : shared
}

/** What goes with nothing would be ignored without a word. */
export function stateKeepingMissing(
  known: Partial<Settings<typeof stateKeepingSettings>>,
): Missing {
  if (known['state-probe']?.length !== 0 || known['state-every'] === undefined) return {}
  return { 'state-probe': "'GET /PATH' with --state-every" }
}
