import type { Say } from '../telemetry/log.ts'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { makeFolder } from '../journal/folder.ts'
import { Problem, codeOf, messageOf } from '../journal/problem.ts'
import { createSecrets, parseKey, SECRET_FIELDS, type Secrets } from '../journal/secrets.ts'

/**
 * What is done with secrets: the given key, or the one in the data directory, which is made where
 * there is none yet. Where it cannot be made there is no key, and secrets are left out, loudly.
 */
export function openSecrets(
  settings: {
    'secret-key': Buffer | undefined
    'secret-headers': readonly string[]
    'data-dir': string
  },
  say: Say,
): Secrets {
  const fields = [...SECRET_FIELDS, ...settings['secret-headers']]
  return createSecrets(settings['secret-key'] ?? keyOf(settings['data-dir'], say), fields)
}

function keyOf(dataDir: string, say: Say): Buffer | null {
  const file = join(dataDir, 'secret.key')
  try {
    makeFolder(resolve(dataDir))
    // Of two that start at once one makes it, and both read it.
    writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') {
      say(
        `there is no key (${messageOf(error)}): the values of secret fields are left out; ` +
          'give one with REPRISE_SECRET_KEY',
      )
      return null
    }
  }
  try {
    return parseKey(readFileSync(file, 'utf8').trim())
  } catch (error) {
    throw new Problem('settings_invalid', `${file}: ${messageOf(error)}`, {
      source: 'user',
      hint: 'put the key back that was there, or move the file away: what it sealed stays sealed then',
      cause: error,
    })
  }
}
