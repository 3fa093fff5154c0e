import { command, EXIT, type Surroundings } from '../command.ts'
import { databaseSettings } from '../database.ts'
import { checkDatabase } from '../doctor/database.ts'
import { problem, warning, type Finding } from '../doctor/finding.ts'
import { checkPorts } from '../doctor/ports.ts'
import { checkSecrets } from '../doctor/secrets.ts'
import { shownSettings } from '../doctor/settings.ts'
import { reportText, stateOf, type Report } from '../doctor/show.ts'
import { checkSpool } from '../doctor/spool.ts'
import { checkUpstream } from '../doctor/upstream.ts'
import { checkVersions } from '../doctor/versions.ts'
import { printJson } from '../looking-settings.ts'
import { stateKeepingMissing } from '../probe-settings.ts'
import { isOwnAddress, proxySettings, spoolDirOf } from '../proxy-settings.ts'
import { bootSignsOf, restoreMissing } from '../restore-settings.ts'
import { settingsTable, withDefault, type Settings } from '../settings.ts'
import { clientTlsMissing, upstreamTls, upstreamTlsMissing } from '../tls-settings.ts'
import { address, countBetween, origin, switchOn } from '../values.ts'

const settings = settingsTable({
  json: switchOn('as JSON on stdout'),
  target: { ...origin('the backend'), fallbackText: 'none, and it is not asked' },
  workers: withDefault(countBetween(1, 64, 'processes that serve, as proxy is told'), 1),
  ...proxySettings,
  'serve-listen': {
    ...address('where the service serves, as up is told'),
    fallbackText: 'not looked at',
  },
  ...databaseSettings,
})

type DoctorSettings = Settings<typeof settings>

export const doctorCommand = command({
  settings,
  details: `
Give it what \`reprise proxy\` is given: flags, environment, reprise.yaml. It looks at the versions, PostgreSQL
(rights, schema, what it promises), clocks, the spool, the key of secrets, the backend and the ports; each line
is ok, a warning or a problem, and says what to do. Nothing is recorded or changed; the backend gets one GET.
Where a proxy runs with that --admin-listen, its /readyz is told.

Exit codes: 0 no problem (there may be warnings), 1 problems, 2 wrong settings.
Example: reprise doctor --target http://127.0.0.1:3000`,
  missing: (known) => ({
    ...clientTlsMissing(known),
    ...upstreamTlsMissing(known),
    ...stateKeepingMissing(known),
    ...restoreMissing(known),
  }),
  async run(given, surroundings) {
    const findings = await examine(given, surroundings)
    // What was given up half-way would be told as a fault of the other side.
    surroundings.signal.throwIfAborted()
    const report: Report = { findings, settings: shownSettings(settings, given) }
    const state = stateOf(report)
    if (given.json) printJson(surroundings, { state, ...report })
    else surroundings.stdout.write(reportText(report))
    return state === 'problem' ? EXIT.failed : EXIT.ok
  },
})

/** One area after the other: two that measure times at once would disturb each other. */
async function examine(given: DoctorSettings, { signal }: Surroundings): Promise<Finding[]> {
  const isRecording = given.recording === 'on'
  const { findings, journal } = isRecording ? await checkDatabase(given) : UNRECORDED
  const { 'spool-limit': limit, stream } = given
  const folder = spoolDirOf(given)
  return [
    ...checkVersions(),
    ...findings,
    ...(isRecording ? await checkSpool({ folder, limit, stream, journal }) : []),
    ...(isRecording ? checkSecrets(given) : []),
    ...(await checkTarget(given, signal)),
    ...(await checkPorts({ ...portsOf(given), signal })),
  ]
}

function portsOf({ listen, 'admin-listen': admin, 'serve-listen': serve }: DoctorSettings) {
  return { listen, admin, serve }
}

const UNRECORDED = { findings: [], journal: null }

async function checkTarget(given: DoctorSettings, signal: AbortSignal): Promise<Finding[]> {
  const { target, listen } = given
  if (target === undefined) {
    return [warning('upstream', 'no backend was named, none was asked', 'name it: --target')]
  }
  const own = given['tls-cert'] === undefined ? 'http:' : 'https:'
  if (target.protocol === own && isOwnAddress(target, listen)) {
    const what = `${target.origin} is where the proxy itself listens`
    return [problem('upstream', what, 'name the backend: --target')]
  }
  return checkUpstream({
    target,
    tls: upstreamTls(given),
    http2: given['upstream-http2'],
    signs: bootSignsOf(given),
    timeout: given['connect-timeout'],
    signal,
  })
}
