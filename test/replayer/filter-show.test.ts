import { expect, test } from 'vitest'
import { describeFilter, type EntryFilter } from '../../journal/filter.ts'
import { parsePathPattern } from '../../journal/path-pattern.ts'
import { deedWords } from '../../replayer/deeds-show.ts'
import { filterWords } from '../../replayer/filter-show.ts'

const noon = Date.UTC(2026, 0, 15, 12) * 1000
const words = (filter: EntryFilter) => filterWords(describeFilter(filter))

test.each<[EntryFilter, string]>([
  [{}, 'everything'],
  [{ stream: 's', verdicts: ['applied', 'in_doubt'], settled: 'no' }, 'applied, in doubt'],
  [{ idTo: 9 }, 'up to id 9'],
  [{ idFrom: 3 }, 'from id 3'],
  [{ idFrom: 3, idTo: 9 }, 'ids 3 to 9'],
  [{ ids: [7] }, 'entry 7'],
  [{ ids: [7, 9] }, 'entries 7, 9'],
  [{ ids: [7, 9, 1, 3, 4, 5, 6] }, '7 entries of 1 to 9'],
  [
    { methods: ['PUT', 'POST'], paths: [parsePathPattern('/a/*')], users: ['ada'] },
    'PUT, POST; /a/*; user ada',
  ],
  [{ excludedPaths: [parsePathPattern('/login')], labels: ['x'] }, 'not /login; label x'],
  [
    {
      statuses: [
        { from: 500, to: 599 },
        { from: 404, to: 404 },
        { from: 200, to: 204 },
      ],
    },
    'status 5xx, 404, 200-204',
  ],
  [{ text: 'a "b"', clients: ['::1'] }, 'client ::1; with "a \\"b\\""'],
  [
    { since: noon, until: noon + 1_000_000 },
    'since 2026-01-15T12:00:00.000Z; until 2026-01-15T12:00:01.000Z',
  ],
  [{ after: { orderedAt: noon, id: 4 }, settled: 'yes' }, 'settled'],
])('%j is told as %s', (filter, told) => {
  expect(words(filter)).toBe(told)
})

test('what is not known of a filter or a deed is told as it was noted', () => {
  expect(filterWords({ colour: ['red'], methods: ['PUT'] })).toBe('PUT; colour ["red"]')
  expect(filterWords({ since: 'then', statuses: ['odd'], ids: 5 })).toBe(
    'entry 5; status odd; since then',
  )
  expect(deedWords({ action: 'sign_in', detail: { by: 'token', old_one: null } })).toBe('by token')
  expect(deedWords({ action: 'replay', detail: { planned: 3 } })).toBe('planned 3')
  expect(deedWords({ action: 'sign_out', detail: {} })).toBe('')
})

test.each([
  [
    'replay',
    { target: 'http://t', planned: 3, up_to: 9 },
    '3 planned to http://t, the last one entry 9',
  ],
  ['stop', { run: 4 }, 'run 4'],
  ['label', { label: null, filter: { idFrom: 3, idTo: 3 } }, 'taken from entry 3'],
  ['set_checkpoint', { entry: 9, note: 'on disk' }, 'at entry 9: on disk'],
  ['settle', { settlement: null, entries: 1, filter: {} }, '1 entry taken back'],
] as const)('a deed %s is told in words', (action, detail, told) => {
  expect(deedWords({ action, detail })).toBe(told)
})
