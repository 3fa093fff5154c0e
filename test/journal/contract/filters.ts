import { beforeAll, describe, expect, test } from 'vitest'
import type { EntryCursor, Journal } from '../../../journal/contract.ts'
import type { NewEntry } from '../../../journal/entry.ts'
import { parseStatusRange, type EntryFilter } from '../../../journal/filter.ts'
import { parsePathPattern } from '../../../journal/path-pattern.ts'
import { NOON, body, newEntry, recorded, type EntryChanges } from '../entries.ts'

const paths = (...texts: string[]) => texts.map(parsePathPattern)
const statuses = (...texts: string[]) => texts.map(parseStatusRange)

export function declareFilters(journal: () => Journal): void {
  describe('a filter', () => {
    let stream = ''
    let ids: number[] = []
    beforeAll(async () => {
      const made = await recorded(journal(), shelf())
      stream = made.stream
      ids = made.ids
      await journal().label({ stream, idFrom: ids[0]!, idTo: ids[1]! }, 'first two')
      await journal().label({ stream, idFrom: ids[2]!, idTo: ids[2]! }, `it's "x\\`)
    })

    /** The numbers of the entries that the filter selects, by list, count, search and timeline alike. */
    const selected = async (filter: EntryFilter) => {
      const narrowed = { stream, ...filter }
      const listed = await journal().list(narrowed, { order: 'id', limit: 99 })
      const counted = await journal().count(narrowed)
      expect(Object.values(counted).reduce((sum, n) => sum + n, 0)).toBe(listed.length)
      for (const order of ['order', '-order'] as const) {
        const inOrder = await journal().list(narrowed, { order, limit: 99 })
        expect(await searched(journal(), narrowed, order)).toEqual(inOrder)
      }
      const { spans, next } = await journal().timeline(narrowed, 5)
      const placed = spans.flatMap((span) => Object.values(span))
      expect([placed.reduce((sum, n) => sum + n, 0), next]).toEqual([listed.length, null])
      return listed.map(({ number }) => number)
    }

    test.for<[string, EntryFilter, number[]]>([
      ['nothing', {}, [1, 2, 3, 4, 5, 6, 7]],
      ['one method', { methods: ['DELETE'] }, [3]],
      ['any of two methods', { methods: ['PUT', 'DELETE'] }, [2, 3]],
      ['a method in another case', { methods: ['delete'] }, []],
      ['no method at all', { methods: [] }, []],
      ['an exact path, its query aside', { paths: paths('/api/things') }, [1]],
      ['a prefix', { paths: paths('/api/*') }, [1, 2, 3, 6]],
      ['a prefix by its last slash', { paths: paths('/api/things/') }, [2, 3]],
      ['a glob within a segment', { paths: paths('/api/*/7') }, [2]],
      ['a glob over segments', { paths: paths('/**/state') }, [3, 6]],
      ['a glob of one character', { paths: paths('/api/things/?') }, [2]],
      ['any of two paths', { paths: paths('/api/things', '/a.c') }, [1, 4]],
      ['no path at all', { paths: [] }, []],
      ['the path of an absolute target', { paths: paths('/abs') }, [7]],
      ['what is special in a regular expression', { paths: paths('/a.c') }, [4]],
      ['an excluded prefix', { excludedPaths: paths('/api/*') }, [4, 5, 7]],
      ['two excluded paths', { excludedPaths: paths('/a.c', '/abc', '/api/*') }, [7]],
      ['an empty list of excluded paths', { excludedPaths: [] }, [1, 2, 3, 4, 5, 6, 7]],
      [
        'a path within, but for one',
        { paths: paths('/api/*'), excludedPaths: paths('/**/7') },
        [1, 3, 6],
      ],
      ['one status', { statuses: statuses('404') }, [4]],
      ['a family', { statuses: statuses('2xx') }, [1, 2]],
      ['a range, both ends included', { statuses: statuses('204-404') }, [2, 3, 4]],
      ['any of two ranges', { statuses: statuses('5xx', '201') }, [1, 5]],
      ['no status at all', { statuses: [] }, []],
      [
        'a status that no column can hold',
        { statuses: [{ from: 5, to: 1e9 }] },
        [1, 2, 3, 4, 5, 7],
      ],
      ['a verdict', { verdicts: ['in_doubt'] }, [6]],
      ['any of two verdicts', { verdicts: ['failed', 'context'] }, [4, 5]],
      ['a label', { labels: ['first two'] }, [1, 2]],
      ['any of two labels', { labels: ['none such', `it's "x\\`] }, [3]],
      ['a user', { users: ['ada', 'none such'] }, [2, 3, 4, 5, 6, 7]],
      ['another user', { users: ['grace'] }, [1]],
      ['no user at all', { users: [] }, []],
      ['a client', { clients: ['2001:db8::1'] }, [2]],
      ['any of two clients', { clients: ['2001:db8::1', '192.0.2.7'] }, [1, 2, 3, 4, 5, 6, 7]],
      ['a text in the target', { text: '?sort=' }, [1]],
      ['a text in the request', { text: 'asked größe' }, [2]],
      ['a text in the answer', { text: '_%\\' }, [3]],
      ['a text in another case', { text: 'ASKED größe' }, []],
      ['bytes of the target', { text: 'é' }, [4]],
      ['a text and more', { text: 'a', methods: ['DELETE'] }, [3]],
      ['arrived at or after', { since: NOON + 3 }, [3, 4, 5, 6, 7]],
      ['arrived before', { until: NOON + 3 }, [1, 2]],
      ['one microsecond', { since: NOON + 3, until: NOON + 4 }, [3]],
      [
        'all of it together',
        {
          methods: ['POST'],
          paths: paths('/a?c'),
          statuses: statuses('5xx'),
          verdicts: ['failed'],
          since: NOON + 5,
          until: NOON + 6,
        },
        [5],
      ],
    ])('by %s', async ([, filter, numbers]) => {
      expect(await selected(filter)).toEqual(numbers)
    })

    test('by ids, both ends included', async () => {
      expect(await selected({ idFrom: ids[1]!, idTo: ids[3]! })).toEqual([2, 3, 4])
      expect(await selected({ idFrom: ids[6]! })).toEqual([7])
      expect(await selected({ idTo: ids[0]! })).toEqual([1])
      expect(await selected({ idFrom: ids[3]!, idTo: ids[1]! })).toEqual([])
    })

    test('by ids one by one', async () => {
      expect(await selected({ ids: [ids[4]!, ids[1]!] })).toEqual([2, 5])
      expect(await selected({ ids: [ids[4]!, ids[1]!], methods: ['PUT'] })).toEqual([2])
      expect(await selected({ ids: [] })).toEqual([])
      expect(await selected({ ids: [2 ** 53 - 1] })).toEqual([])
    })

    test('by a place in the order, which it does not include', async () => {
      const all = await journal().list({ stream }, { order: 'order', limit: 99 })
      const { orderedAt, id } = all[3]!
      const before = await journal().list(
        { stream, before: { orderedAt, id } },
        { order: 'order', limit: 99 },
      )
      expect(before).toEqual(all.slice(0, 3))
      const sameMoment = { orderedAt, id: id + 1 }
      expect(await selected({ before: sameMoment })).toHaveLength(4)
    })

    test('without a stream looks into all of them', async () => {
      const other = await recorded(journal(), [newEntry(1)])
      const filter = { idFrom: ids[6]!, idTo: other.ids[0]! }
      const listed = await journal().list(filter, { order: 'id', limit: 9 })
      expect(new Set(listed.map((entry) => entry.stream))).toEqual(new Set([stream, other.stream]))
    })

    test.for(HOSTILE)('takes hostile text as text: %j', async (text) => {
      expect(await selected({ stream: text })).toEqual([])
      expect(await selected({ methods: [text] })).toEqual([])
      expect(await selected({ labels: [text] })).toEqual([])
      expect(await selected({ users: [text], clients: [text] })).toEqual([])
      if (text.length > 2) expect(await selected({ text: `${text}x` })).toEqual([])
      expect(await selected({ verdicts: [text as 'applied'] })).toEqual([])
      const pattern = `/${text.replaceAll(/\s/g, '')}`
      expect(await selected({ excludedPaths: paths(pattern) })).toHaveLength(7)
      if (!/[*]/.test(text)) expect(await selected({ paths: paths(pattern) })).toEqual([])
    })
  })
}

const HOSTILE = [
  `' or true --`,
  `"; drop table reprise.entry; --`,
  `$1`,
  `{a,b}`,
  `\\`,
  `%`,
  `[`,
  `(?`,
  `***=`,
  `(?i)api`,
  `\u0000`,
  `a\u0000b`,
  `\ud800`,
  `𝕏`,
  '',
]

const sentBy = (user: string) => ({ address: '192.0.2.7', agent: null, user })

/** Of a window of two, so that what is behind the first ones is found in other ways. */
async function searched(journal: Journal, filter: EntryFilter, order: 'order' | '-order') {
  const found = []
  let after: EntryCursor | null = null
  do {
    const page = { order, limit: 3, window: 2, ...(after && { after }) }
    const part = await journal.search(filter, page)
    found.push(...part.entries)
    after = part.next
  } while (after !== null)
  return found
}

function shelf(): NewEntry[] {
  const rows: [method: string, target: string, changes?: EntryChanges][] = [
    ['POST', '/api/things?sort=/a.c', { response: { status: 201 }, sender: sentBy('grace') }],
    [
      'PUT',
      '/api/things/7',
      {
        response: { status: 204 },
        request: { body: body('asked größe') },
        sender: { ...sentBy('ada'), address: '2001:db8::1' },
      },
    ],
    ['DELETE', '/api/things/7/state', { response: { status: 302, body: body('a _%\\ b') } }],
    ['POST', '/a.c?\u00c3\u00a9', { response: { status: 404 }, verdict: 'context' }],
    ['POST', '/abc', { response: { status: 503 }, verdict: 'failed' }],
    ['POST', '/api/state', { response: null, verdict: 'in_doubt', answeredAt: null }],
    ['POST', 'http://b.example/abs?x', { response: { status: 100 } }],
  ]
  return rows.map(([method, target, changes], i) =>
    newEntry(i + 1, {
      arrivedAt: NOON + i + 1,
      ...changes,
      request: { ...changes?.request, method, target },
    }),
  )
}
