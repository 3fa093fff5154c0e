import { expect, test } from 'vitest'
import type { Audit, Epoch, Recorder, Stream } from '../../dashboard/api/client.ts'
import { findingsOf, wordOf } from '../../dashboard/state/findings.ts'

const recorder = (more: Partial<Recorder> = {}): Recorder => ({
  ...{ stream: 'shop', id: '1', target: 'http://a:1', durability: 'commit', host: 'edge' },
  ...{ when_unrecordable: 'refuse', pid: 1, version: '0', state: 'alive' },
  ...{ started_at: '2026-01-15T12:00:00Z', lease_until: '2026-01-15T12:10:00Z', ended_at: null },
  ...{ latest_at: null, last_number: 0, spooled_records: 0, spooled_bytes: 0 },
  ...more,
})

const stream = (more: Partial<Stream> = {}): Stream => ({
  ...{ stream: 'shop', targets: [], entries: 9, by_verdict: {}, unsettled: 0, body_bytes: 0 },
  ...{ first_at: null, last_at: null },
  ...more,
})

const life = (more: Partial<Epoch>): Epoch => ({
  ...{ stream: 'shop', number: 2, phase: 'open', boot: 'b', sign: 'another boot id' },
  ...{ holder: null, by_hand: false, run: null },
  ...{ began_at: '2026-01-15T12:00:00Z', run_began_at: null, run_ended_at: null, ended_at: null },
  ...{ outcome: null, detail: null, findings: null },
  seconds: { shut: null, waited: null, replayed: null, proved: null },
  ...more,
})

type Sum = Audit['recorders'][number]
const audit = (more: Partial<Sum> = {}, spools: Audit['spools'] = []): Audit => ({
  verdict: 'whole',
  recorders: [
    {
      ...{ stream: 'shop', recorder: '1', host: 'edge', presence: 'ended', forwarded: 9 },
      ...{ recorded: 9, excluded: {}, in_doubt: 0, unsettled: 0, lost: 0, open: 0, waiting: 0 },
      ...{ under_way: 0, missing: [], total: 9, duplicates: [], damaged: [] },
      ...more,
    },
  ],
  spools,
})

const ended = (state: 'stopped' | 'closed') =>
  recorder({ state, ended_at: '2026-01-15T12:20:00Z', spooled_records: 3, spooled_bytes: 9 })

const levels = (known: Partial<Parameters<typeof findingsOf>[0]>) => {
  const found = findingsOf({
    ...{ recorders: [recorder()], streams: [stream()], lives: [], audit: null },
    ...known,
  })
  return { word: wordOf(found), levels: found.map(({ level }) => level) }
}

test('a recorder that is alive, and nothing else to tell, is well', () => {
  expect(levels({})).toEqual({ word: 'well', levels: [] })
  expect(levels({ audit: audit() })).toEqual({ word: 'well', levels: [] })
})

test.each<[string, Partial<Parameters<typeof findingsOf>[0]>]>([
  ['silence', { recorders: [recorder({ state: 'silent' })] }],
  ['a spool that fills', { recorders: [recorder({ spooled_records: 1 })] }],
  ['a state that is being restored', { lives: [life({ phase: 'restoring' })] }],
  ['doubt', { streams: [stream({ unsettled: 1 })] }],
  ['a loss that was counted', { audit: audit({ lost: 1 }) }],
  ['a spool that was left', { audit: audit({}, [spool({ records: 2 })]) }],
])('%s wants a look', (_, known) => {
  expect(levels(known)).toEqual({ word: 'look', levels: ['look'] })
})

test.each(['failed', 'differs'] as const)(
  'clients that are kept away since a restore ended as %s is wrong',
  (outcome) => {
    const known = { lives: [life({ phase: 'failed', outcome })] }
    expect(levels(known)).toEqual({ word: 'wrong', levels: ['wrong'] })
  },
)

function spool(more: Partial<Audit['spools'][number]>): Audit['spools'][number] {
  return { stream: 'shop', state: 'left', records: 0, bytes: 0, damaged: 0, ...more }
}

test.each<[string, Audit]>([
  ['a gap', audit({ missing: [{ first: 3, last: 5, after: null, before: null }] })],
  ['a number in two places', audit({ duplicates: [3] })],
  ['a body that is another one', audit({ damaged: [{ entry: 1, side: 'request' }] })],
  ['a sum that does not come out', audit({ total: 8 })],
  ['a spool that cannot be read', audit({}, [spool({ damaged: 1 })])],
])('%s is wrong', (_, wrong) => {
  expect(levels({ audit: wrong })).toEqual({ word: 'wrong', levels: ['wrong'] })
})

test('the worst comes first, and gaps are counted in numbers', () => {
  const found = findingsOf({
    recorders: [recorder({ state: 'silent' })],
    ...{ streams: [stream({ unsettled: 2 })], lives: [] },
    audit: audit({ missing: [{ first: 3, last: 5, after: null, before: null }] }),
  })
  expect(found.map(({ what }) => what)).toEqual([
    '3 forwarded mutations are missing',
    expect.stringContaining('Nothing was heard') as string,
    '2 entries of shop are in doubt',
  ])
})

test('an end in order is a note, a death wants a look; a spool is believed moved once the sum says so', () => {
  const { levels: unproven } = levels({ recorders: [ended('stopped')] })
  expect(unproven).toEqual(['look', 'note'])
  expect(levels({ recorders: [ended('stopped')], audit: audit() })).toEqual({
    ...{ word: 'well', levels: ['note'] },
  })
  expect(levels({ recorders: [ended('closed')], audit: audit() }).word).toBe('look')
  expect(levels({ recorders: [ended('closed'), recorder({ id: '2' })], audit: audit() })).toEqual({
    ...{ word: 'well', levels: [] },
  })
})
