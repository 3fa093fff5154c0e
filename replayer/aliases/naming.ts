import type { Site } from '../../aliases/site.ts'

// What the names around a value say that it denotes. All names come down to words in lower case and
// singular: `itemIds`, `item_id`, `Item-ID` and the segment `items` all speak of an `item`.

/** The words of a name in camel, snake, kebab or any other case. */
export function wordsOf(name: string): readonly string[] {
  const known = WORDS.get(name)
  if (known !== undefined) return known
  const words = name
    .slice(0, 128)
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '')
  if (WORDS.size >= 5000) WORDS.clear()
  WORDS.set(name, words)
  return words
}

const WORDS = new Map<string, readonly string[]>()

export function singular(word: string): string {
  const irregular = IRREGULAR[word]
  if (irregular !== undefined) return irregular
  if (word.length < 4 || /(?:ss|us|is|news)$/.test(word)) return word
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (/(?:ss|sh|ch|x|zz)es$/.test(word)) return word.slice(0, -2)
  return word.endsWith('s') ? word.slice(0, -1) : word
}

const IRREGULAR: Readonly<Record<string, string>> = {
  people: 'person',
  children: 'child',
  statuses: 'status',
  addresses: 'address',
  ids: 'id',
}

/** `item` of `items`, `work order` of `work-orders`; empty for what is no word. */
export function nounOf(name: string): string {
  const words = wordsOf(name)
  const last = words.at(-1)
  return last === undefined ? '' : [...words.slice(0, -1), singular(last)].join(' ')
}

/** What the name that a value stands under says. */
export interface Naming {
  /** What it denotes, or empty where the name is a bare `id`. */
  noun: string
  /** `named`: the name says that it is an id. `bare`: and nothing else. `open`: it may be one. */
  kind: 'named' | 'bare' | 'open'
  /** `id` for all spellings of that, otherwise all words of the name. */
  key: string
}

export function namingOf(name: string, standing: Site['standing']): Naming {
  const known = NAMINGS[standing].get(name)
  if (known !== undefined) return known
  const naming = made(wordsOf(name), standing)
  if (NAMINGS[standing].size >= 5000) NAMINGS[standing].clear()
  NAMINGS[standing].set(name, naming)
  return naming
}

const NAMINGS = { alone: new Map<string, Naming>(), listed: new Map<string, Naming>() }

function made(words: readonly string[], standing: Site['standing']): Naming {
  const last = singular(words.at(-1) ?? '')
  const stem = words.slice(0, -1)
  const key = words.join('')
  if (IDS.has(last)) {
    const noun = nounOf(stem.join(' '))
    return { noun, kind: noun === '' ? 'bare' : 'named', key: 'id' }
  }
  if (NAMES.has(last) && stem.length > 0 && !NO_NAMES.has(stem.at(-1)!)) {
    return { noun: nounOf(stem.join(' ')), kind: 'named', key }
  }
  // `items: 17` counts items, `items: [17]` names one.
  const isPlural = words.length > 0 && last !== words.at(-1)
  const noun = isPlural && standing === 'alone' ? '' : nounOf(words.join(' '))
  return { noun, kind: 'open', key }
}

const IDS = new Set(['id', 'uuid', 'guid', 'uid', 'oid', 'pk', 'objectid', 'identifier'])

/** Names of ids, behind a word that says of what. */
const NAMES = new Set(
  'no nr num number ref reference key code token slug handle urn href link sid pid'.split(' '),
)

/** What has numbers and codes that name nothing in a backend's state. */
const NO_NAMES = new Set(
  (
    'status error line page phone zip postal post country currency language lang exit response ' +
    'result reason row port version build column item_count total batch retry house street tax ' +
    'serial_count primary foreign'
  ).split(' '),
)

/** Holders that wrap whatever an answer is about. */
const ENVELOPES = new Set(
  'data result response payload body value content object entity record attribute resource document node edge row list hit doc'.split(
    ' ',
  ),
)

/** Whether a holder says nothing of what it holds. */
export function isEnvelope(holder: string): boolean {
  return holder === '' || ENVELOPES.has(nounOf(holder))
}

/** Whether one of the two ends in the other, word by word: `parent item` speaks of an `item`. */
export function speakOfTheSame(one: string, other: string): 'same' | 'similar' | 'no' {
  if (one === '' || other === '') return 'no'
  if (one === other) return 'same'
  return one.endsWith(` ${other}`) || other.endsWith(` ${one}`) ? 'similar' : 'no'
}
