import type { Say } from '../telemetry/log.ts'
import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { makeFolder } from '../journal/folder.ts'
import { secretNames, SECRET_NAMES } from '../journal/masking/names.ts'
import { Problem, codeOf, messageOf } from '../journal/problem.ts'
import { createSecrets, parseKey, SECRET_FIELDS, type Secrets } from '../journal/secrets.ts'
import type { CompareRules } from '../replayer/compare/rules.ts'

// Keys come from settings, or from a file: one a line, the key of today first, those before it after it.

export interface KeySettings {
  'secret-key': Buffer | undefined
  'secret-key-file': string | undefined
  'old-secret-keys': readonly Buffer[]
  'data-dir': string
}

/** The first is the key of today; none: secrets are left out. */
export type Keys = readonly Buffer[]

/**
 * What is done with secrets: the given key, or the one in the data directory, which is made where
 * there is none yet. Where it cannot be made there is no key, and secrets are left out, loudly.
 */
export function openSecrets(settings: KeySettings & NamingSettings, say: Say): Secrets {
  const [today = null, ...former] = keysOf(settings, say)
  return createSecrets(today, secretHeaders(settings), former, namesOf(settings))
}

export interface NamingSettings {
  'secret-headers': readonly string[]
  'secret-fields': readonly string[]
}

function secretHeaders(settings: NamingSettings): string[] {
  return [...SECRET_FIELDS, ...settings['secret-headers']]
}

function namesOf({ 'secret-fields': given }: NamingSettings): string[] {
  const named = given.filter((name) => name !== 'none')
  return named.length < given.length ? named : [...SECRET_NAMES, ...named]
}

/** What is called a secret, for whoever must not show any. */
export function secretsNamed(settings: NamingSettings): Pick<CompareRules, 'secrets' | 'names'> {
  const secrets = secretHeaders(settings).map((name) => name.toLowerCase())
  return { secrets, names: secretNames(namesOf(settings)) }
}

/** Throws a Problem where a file holds no keys. */
export function keysOf(settings: KeySettings, say: Say): Keys {
  const old = settings['old-secret-keys']
  const given = settings['secret-key']
  if (given !== undefined) return [given, ...old]
  const file = settings['secret-key-file']
  return [...(file === undefined ? ownKeys(settings['data-dir'], say) : readKeys(file)), ...old]
}

/** The file that holds the keys, or null where they are given. */
export function keyFile(settings: KeySettings): string | null {
  if (settings['secret-key'] !== undefined) return null
  return settings['secret-key-file'] ?? join(settings['data-dir'], 'secret.key')
}

/** Puts a new key before those that a file holds. It is there whole, or not at all. */
export function addKey(file: string): Buffer {
  const key = randomBytes(32)
  const known = existsSync(file) ? readKeys(file) : []
  const lines = [key, ...known].map((one) => `${one.toString('base64')}\n`)
  const beside = `${file}.new`
  writeFileSync(beside, lines.join(''), { mode: 0o600, flush: true })
  renameSync(beside, file)
  return key
}

function ownKeys(dataDir: string, say: Say): Keys {
  const file = join(dataDir, 'secret.key')
  try {
    makeFolder(resolve(dataDir))
    if (!existsSync(file)) makeKey(file)
  } catch (error) {
    say(
      `there is no key (${messageOf(error)}): the values of secret fields are left out; ` +
        'give one with REPRISE_SECRET_KEY',
    )
    return []
  }
  return readKeys(file)
}

/** Of several that make it at once one is first, and nobody reads it before it is there whole. */
function makeKey(file: string): void {
  const own = `${file}.${randomBytes(8).toString('hex')}`
  const key = `${randomBytes(32).toString('base64')}\n`
  try {
    writeFileSync(own, key, { mode: 0o600, flush: true })
    try {
      linkSync(own, file)
    } catch (error) {
      if (!HAS_NO_LINKS.has(codeOf(error) ?? '')) throw error
      writeFileSync(file, key, { flag: 'wx', mode: 0o600, flush: true })
    }
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    rmSync(own, { force: true })
  }
}

/** What systems of files say that have no links (link(2)): those of other systems, or of a cloud. */
const HAS_NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

function readKeys(file: string): Keys {
  try {
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    return lines.map((line) => parseKey(line.trim()))
  } catch (error) {
    throw new Problem('settings_invalid', `${file}: ${messageOf(error)}`, {
      source: 'user',
      hint: 'put the key back that was there, or move the file away: what it sealed stays sealed then',
      cause: error,
    })
  }
}
