import { keyId } from '../../journal/secrets.ts'
import { counted } from '../../replayer/show.ts'
import { actor } from '../actor.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { databaseSettings, withJournal, type DatabaseSettings } from '../database.ts'
import { addKey, keyFile, keysOf } from '../secret-key.ts'
import { logger } from '../serving.ts'
import { oneOf, switchOn } from '../values.ts'

export const keysCommand = command({
  settings: {
    action: oneOf(
      ['list', 'rotate', 'reseal'],
      'list: the keys there are, by their ids\n' +
        'rotate: makes a new key, and seals with it all that former ones sealed\n' +
        'reseal: the second half alone: to go on with it, or with a key that was given',
    ),
    json: switchOn('results as JSON on stdout'),
    ...databaseSettings,
  },
  words: ['action'],
  details: `
Keys are in a file, one a line, the key of today first: secret.key in --data-dir, or --secret-key-file. A
former one opens what it sealed for as long as its line is there. Given keys are rotated by whoever gives
them: --secret-key the new one, --old-secret-keys the former ones, then \`reprise keys reseal\`.

A recorder that runs goes on with the key that it started with, and what waits in its spool is sealed with
that: restart the recorders after rotate, then \`reprise keys reseal\` once more; only then take the line
of a former key away.

Exit codes: 0 all is sealed with the key of today, 2 wrong settings, 3 some values were sealed with keys
that are not known, 4 no PostgreSQL.

Examples:
  reprise keys list
  reprise keys rotate`,
  missing: (known) => {
    if (known.action === undefined) return { action: 'list, rotate or reseal' }
    const isGiven = known['secret-key'] !== undefined
    return known.action === 'rotate' && isGiven
      ? { 'secret-key': 'none: a key that is given is rotated by whoever gives it (see --help)' }
      : {}
  },
  async run(settings, surroundings) {
    const log = logger(surroundings, 'keys')
    if (settings.action === 'list') return list(settings, surroundings, log)
    return settings.action === 'rotate'
      ? rotate(settings, surroundings, log)
      : reseal(settings, surroundings, log)
  },
})

type KeysSettings = DatabaseSettings & { json: boolean }

function list(settings: KeysSettings, { stdout }: Surroundings, log: (message: string) => void) {
  const ids = keysOf(settings, log).map(keyId)
  if (settings.json)
    stdout.write(`${JSON.stringify({ today: ids[0] ?? null, former: ids.slice(1) })}\n`)
  else for (const [i, id] of ids.entries()) stdout.write(`${id}  ${i === 0 ? 'today' : 'former'}\n`)
  return EXIT.ok
}

function rotate(
  settings: KeysSettings,
  surroundings: Surroundings,
  log: (message: string) => void,
): Promise<number> {
  return withJournal(settings, surroundings.signal, log, async (journal) => {
    // The first one was made where there was none, so that what was sealed before has its line.
    await journal.noteDeed({ ...actor(), action: 'rotate_keys', stream: null, detail: {} })
    const id = keyId(addKey(keyFile(settings)!))
    surroundings.stderr.write(`the key of today is ${id}\n`)
    return EXIT.ok
  }).then((code) => (code === EXIT.ok ? reseal(settings, surroundings, log) : code))
}

function reseal(
  settings: KeysSettings,
  surroundings: Surroundings,
  log: (message: string) => void,
): Promise<number> {
  const { stdout, stderr, signal } = surroundings
  return withJournal(settings, signal, log, async (journal) => {
    const [today] = keysOf(settings, log)
    const detail = { key: today === undefined ? null : keyId(today) }
    await journal.noteDeed({ ...actor(), action: 'reseal', stream: null, detail })
    const { resealed, unreadable } = await journal.reseal((sofar) => {
      stderr.write(`${counted(sofar.resealed, 'value', 'values')} sealed anew\n`)
      signal.throwIfAborted()
    })
    if (settings.json) stdout.write(`${JSON.stringify({ resealed, unreadable })}\n`)
    else {
      stdout.write(`${counted(resealed, 'value', 'values')} sealed anew, `)
      stdout.write(`${unreadable} left that no known key opens\n`)
    }
    return unreadable > 0 ? EXIT.differs : EXIT.ok
  })
}
