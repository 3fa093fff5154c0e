import { secretNames } from '../journal/masking/names.ts'
import { messageOf, Problem } from '../journal/problem.ts'
import { NO_RULES, parseAliasRules, type AliasRules } from '../replayer/aliases/rules.ts'
import { secretsNamed, type NamingSettings } from './secret-key.ts'
import { settingsProblem, settingsGroup, withDefault, type Settings } from './settings.ts'
import { oneOf, text } from './values.ts'
import { readYaml } from './yaml-file.ts'

/** Of whatever sends recorded requests: what becomes of values that the backend makes up. */
export const aliasSettings = settingsGroup('Generated values', {
  aliases: withDefault(
    oneOf(
      ['found', 'none'],
      'values that the backend makes up (ids, tokens, ETags) and that come back as others; found: later ' +
        'requests that used the recorded one send the new one; none: everything is sent as it was recorded',
    ),
    'found',
  ),
  'alias-rules': {
    ...text('FILE', 'rules for them, as YAML: what is one besides, what is none, what is fixed'),
    fallbackText: 'none',
  },
})

/** What a file of rules may say, for the help of a command. */
export const ALIAS_RULES_HELP = `
Rules for values that the backend makes up (--alias-rules FILE), which go before what was found:
  add:                                a value that is used elsewhere under another name
    - { from: 'POST /devices: json /serial', to: '* /orders/*: query device' }
  forbid:                             what is never put in the place of another
    - { place: 'POST /orders: json /quantity' }
    - { value: '[0-9]{1,2}' }         a regular expression that the whole value matches
  pin:                                fixed, whatever comes back
    - { old: tenant-a, new: tenant-b }`

/** Those that fix a value; there are none where values are sent as they were recorded. */
export function pinsOf(rules: AliasRules | 'as_recorded'): Pick<AliasRules, 'pin'> {
  return rules === 'as_recorded' ? NO_RULES : rules
}

/** Reads the file. Throws a Problem that names everything wrong in it. */
export async function readAliasRules(
  settings: Settings<typeof aliasSettings> & NamingSettings,
): Promise<AliasRules | 'as_recorded'> {
  if (settings.aliases === 'none') return 'as_recorded'
  const file = settings['alias-rules']
  const named = secretsNamed(settings)
  const secrets = secretNames([...named.names.listed, ...named.secrets])
  if (file === undefined) return { ...NO_RULES, secrets }
  try {
    return { ...parseAliasRules(await readYaml(file)), secrets }
  } catch (error) {
    if (error instanceof Problem) throw error
    throw settingsProblem([`--alias-rules: ${file}: ${messageOf(error).trim()}`])
  }
}
