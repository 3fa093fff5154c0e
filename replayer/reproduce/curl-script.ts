import { clip, printable } from '../table.ts'
import type { ProducedAt } from './produced.ts'
import { failureWords, originWords, recordedStatus, requestWords } from './recipe-words.ts'
import type { Recipe, Step } from './step.ts'
import { filled, type Template } from './template.ts'

/** A script of curl commands for a POSIX shell, latin-1: one code point a byte. */
export function curlScript(recipe: Recipe): string {
  const { steps, secrets } = recipe
  const failure = steps.at(-1)!
  const { entry } = failure
  const given = secrets.map(({ variable, what }) => `: "\${${variable}:?${shellSafe(what)}}"`)
  return [
    '#!/bin/sh',
    `# ${failureWords(entry)}`,
    `# ${originWords(entry)}.`,
    '# The backend at BASE_URL must be as it was before these requests: fresh, mostly.',
    '# Exit codes: 0 it failed again with that status, 1 it did not, 2 a request before it failed.',
    'set -eu',
    ': "${BASE_URL:?the URL of the backend, such as http://127.0.0.1:3000}"',
    ...given,
    'BASE_URL=${BASE_URL%/}',
    PRELUDE,
    ...(steps.some(({ takes }) => takes.some(({ at }) => at.kind === 'json')) ? [JSON_VALUE] : []),
    ...(steps.some(({ takes }) => takes.some(({ at }) => at.kind === 'location'))
      ? [LOCATION]
      : []),
    ...steps.map((step) => stepText(step, step === failure ? 'failure' : 'before')),
    'cat "$answers/body"',
    'echo',
    `[ "$status" = ${recordedStatus(entry) ?? '000'} ]`,
    '',
  ].join('\n')
}

const PRELUDE = `
answers=$(mktemp -d)
trap 'rm -rf "$answers"' EXIT

# Sends a request; what comes back is in $status, $answers/head and $answers/body.
send() {
  : >"$answers/head"
  : >"$answers/body"
  status=$(curl --silent --show-error --globoff --path-as-is --max-time 120 \\
    --output "$answers/body" --dump-header "$answers/head" --write-out '%{http_code}' "$@") || :
}

# Ends where a request before the failure is not answered below 400.
succeeded() {
  case $status in
    [123]??) echo "$1: $status" >&2 ;;
    *) echo "$1: answered $status" >&2; cat "$answers/body" >&2; exit 2 ;;
  esac
}
`

const JSON_VALUE = `\
# Prints the value at a path, such as ["thing","id"], of the JSON that came back.
json_value() {
  if command -v jq >/dev/null; then
    jq -er "getpath($1)" "$answers/body"
  elif command -v python3 >/dev/null; then
    python3 -c 'import functools, json, sys
print(functools.reduce(lambda at, key: at[key], json.loads(sys.argv[1]), json.load(sys.stdin)))' \\
      "$1" <"$answers/body"
  else
    node -e 'let at = JSON.parse(require("fs").readFileSync(0, "utf8"))
for (const key of JSON.parse(process.argv[1])) at = at[key]
console.log(String(at))' "$1" <"$answers/body"
  fi
}
`

const LOCATION = `\
# Prints the last segment of the Location that came back.
location_value() {
  tr -d '\\r' <"$answers/head" | sed -n 's/^[Ll][Oo][Cc][Aa][Tt][Ii][Oo][Nn]: *//p' | tail -n 1 |
    sed -e 's/[?#].*//' -e 's,/*$,,' -e 's,.*/,,'
}
`

function stepText(step: Step, role: 'before' | 'failure'): string {
  const { entry, takes, remarks, expects } = step
  const name = `entry ${entry.id}`
  const check = expects === 'success' ? `succeeded '${name}'` : `echo "${name}: $status" >&2`
  return [
    `# Entry ${entry.id}: ${requestWords(step)}`,
    ...remarks.map((remark) => `# TODO: ${printable(remark)}`),
    command(step),
    role === 'failure' ? `echo "${name}: $status" >&2` : check,
    ...takes.map(({ variable, at }) => `${variable}=$(${taken(at)})`),
    '',
  ].join('\n')
}

function taken(at: ProducedAt): string {
  return at.kind === 'location' ? 'location_value' : `json_value ${quoted(JSON.stringify(at.path))}`
}

function command({ entry, method, target, fields, body }: Step): string {
  const words = [
    method === 'HEAD' ? '--head' : `--request ${quoted(method)}`,
    ...fields.map(({ name, value }) => headerWord(name, value)),
    ...unset(fields.map(({ name }) => name)),
  ]
  const url = `"$BASE_URL"${shellWord(target)}`
  if (body === null) {
    // Else nothing tells that there is none, where there was a length that told.
    if (hasLength(entry.requestHeaders)) words.push("--data-raw ''")
    return lines(`send ${words.shift()}`, [...words, url])
  }
  if (body === 'missing') words.push(`--data-binary @entry-${entry.id}.body`)
  else if (isPlain(body)) words.push(`--data-raw ${shellWord(body)}`)
  else {
    const bytes = filled(body, ({ name }) => `\${${name}}`)
    const sent = lines(`send ${words.shift()}`, [
      ...words,
      '--data-binary "@$answers/request"',
      url,
    ])
    return `printf '${octal(bytes)}' >"$answers/request"\n${sent}`
  }
  return lines(`send ${words.shift()}`, [...words, url])
}

function lines(first: string, words: readonly string[]): string {
  return [first, ...words.map((word) => `  ${word}`)].join(' \\\n')
}

/** What curl says by itself where nothing is said. */
function unset(names: readonly string[]): string[] {
  const said = new Set(names.map((name) => name.toLowerCase()))
  return ['Accept', 'User-Agent', 'Content-Type', 'Expect']
    .filter((name) => !said.has(name.toLowerCase()))
    .map((name) => `--header '${name}:'`)
}

/** `Name;` is how curl is told of an empty one. */
function headerWord(name: string, value: Template): string {
  if (value.every((part) => part === '')) return `--header ${quoted(`${name};`)}`
  return `--header ${shellWord([`${name}: `, ...value])}`
}

function hasLength(fields: readonly string[]): boolean {
  return fields.some((name, i) => i % 2 === 0 && name.toLowerCase() === 'content-length')
}

/** Longer ones, and bytes that are no text, are not said in a word of the command. */
function isPlain(body: Template): boolean {
  const text = filled(body, () => '')
  const isText = !/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)
  return body.some((part) => typeof part !== 'string') || (isText && text.length <= MOST_WORD)
}

const MOST_WORD = 32 * 1024

/** For the format of printf: every byte that is not plain as three octal digits. */
function octal(bytes: string): string {
  return bytes.replaceAll(
    /[^A-Za-z0-9 ,.:;/_=+-]/g,
    (byte) => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`,
  )
}

function shellWord(template: Template): string {
  return template
    .map((part) => (typeof part === 'string' ? quoted(part) : `"$${part.name}"`))
    .join('')
}

function quoted(text: string): string {
  return /^[\w./:@=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** For the message of `:?`. */
function shellSafe(text: string): string {
  return clip(text, 200).replaceAll(/[^\w .,:/()-]/g, '_')
}
