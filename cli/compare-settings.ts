import { Problem } from '../journal/problem.ts'
import { parseCompareRules, parseLearned } from '../replayer/compare/parse-rules.ts'
import { withLearned, type CompareRules } from '../replayer/compare/rules.ts'
import { secretsNamed, type NamingSettings } from './secret-key.ts'
import { settingsProblem, settingsGroup, type Settings } from './settings.ts'
import { text } from './values.ts'
import { readYaml, unreadYaml } from './yaml-file.ts'

/** Of whatever compares answers. */
export const compareSettings = settingsGroup('Comparing answers', {
  'compare-rules': {
    ...text('FILE', 'rules of the comparison, as YAML: what is compared, and what is noise'),
    fallbackText: 'the usual ones',
  },
  noise: text('FILE', 'noise that was learned (what differs between two fresh backends), as YAML'),
})

/** What a file of rules may say, for the help of a command. */
export const RULES_HELP = `
Rules of the comparison (--compare-rules FILE), all of which may be left out:
  headers: [Content-Type, Location]   fields that are compared, instead of the usual ones
  more-headers: [ETag]                besides them
  bodies: compared                    or: left
  shapes: [time, duration, age, id]   values that count as noise where both sides look so; [] for none
  unordered: [/items]                 arrays of JSON whose items come in any order
  ignore:                             'on' is a path, or METHOD and a path; without it all of them
    - { header: X-Node }
    - { on: GET /api/*, pointer: /items/*/updatedAt }   '*' is one step, '**' any number of them
    - { value: '^tmp-' }                                a regular expression that both sides match
    - { line: '^load average' }                         lines of text, HTML and XML
    - { on: /report.pdf, body: all }
The usual fields are Content-Type, -Language, -Disposition, -Range and -Location, Location, Link, Allow,
Accept-Patch, Accept-Post, WWW-Authenticate and Preference-Applied. Times count as noise where they are
of then and of now, durations, ages and request ids by their names.`

/** Reads the files. Throws a Problem that names everything wrong in one. */
export async function readCompareRules(
  settings: Settings<typeof compareSettings> & NamingSettings,
): Promise<CompareRules> {
  const { 'compare-rules': file, noise } = settings
  const input = file && (await readYamlOf('compare-rules', file))
  const rules = { ...parseCompareRules(input, `${file}: `), ...secretsNamed(settings) }
  if (noise === undefined) return rules
  return withLearned(rules, parseLearned(await readYamlOf('noise', noise), `${noise}: `))
}

/** Throws a Problem that names the setting. */
export async function readYamlOf(setting: string, file: string): Promise<unknown> {
  try {
    return await readYaml(file)
  } catch (error) {
    if (error instanceof Problem) throw error
    throw settingsProblem([`--${setting}: ${unreadYaml(file, error)}`])
  }
}
