import { expect, test } from 'vitest'
import { ACTIONS, deedWords } from '../../dashboard/state/deeds.ts'
import { ACTIONS as NOTED, type Action, type Deed } from '../../journal/deed.ts'

/** As each is noted, and what is said of it. */
const deeds: Record<Action, [detail: Deed['detail'], words: string]> = {
  label: [{ label: 'bug-1', filter: { idFrom: 1 } }, `'bug-1' to {"idFrom":1}`],
  settle: [{ settlement: 'not_applied', entries: 2, up_to: 9 }, '2 entries not applied'],
  export: [{ file: 'shop.reprise.jsonl' }, 'to shop.reprise.jsonl'],
  import: [{ file: 'shop.reprise.jsonl' }, 'from shop.reprise.jsonl'],
  clear: [{}, 'every entry, run and attempt removed'],
  keep_state: [{ target: 'http://a', answers: 3 }, '3 answers of http://a kept'],
  show_secrets: [{ entry: 7, what: 'request body' }, 'request body of entry 7'],
  rotate_keys: [{}, ''],
  reseal: [{ key: 'k1' }, 'with the key k1'],
  replay: [{ target: 'http://a', planned: 5, resumed: 2 }, '5 planned to http://a, run 2 resumed'],
  lose: [{ epoch: 2, why: 'it was recreated' }, 'life 2 is over: it was recreated'],
  restore: [{ epoch: 3 }, 'life 3'],
  open: [{ epoch: 3 }, 'clients let in, in life 3'],
  set_checkpoint: [{ entry: 12, note: 'on its disk' }, 'at entry 12: on its disk'],
  remove_checkpoint: [{ number: 4, entry: 12 }, 'checkpoint 4, at entry 12'],
  verify_rules: [
    { digest: '0123456789abcdef', outcome: 'restored', wholeRun: 5, compactRun: 6 },
    'the same state by the rules 0123456789ab: run 6, against run 5',
  ],
  pause: [{ run: 8 }, 'run 8'],
  continue: [{ run: 8 }, 'run 8'],
  stop: [{ run: 8 }, 'run 8'],
  sign_in: [{}, ''],
  sign_out: [{}, ''],
  refused: [{ asked: 'DELETE /x' }, 'DELETE /x'],
}

test('the page knows every deed that the journal does, and no other', () => {
  expect(ACTIONS.toSorted()).toEqual(NOTED.toSorted())
})

test.each(NOTED.map((action) => [action, ...deeds[action]] as const))(
  '%s is said in words',
  (action, detail, words) => {
    expect(deedWords({ action, detail })).toBe(words)
  },
)

test('what says less, or is not known here, is said all the same', () => {
  const set = { action: 'set_checkpoint', detail: { entry: 12, note: null } } as const
  expect(deedWords(set)).toBe('at entry 12')
  const detail = { digest: 'abc', outcome: 'differs', wholeRun: 5, compactRun: 6 }
  expect(deedWords({ action: 'verify_rules', detail })).toBe(
    'another state by the rules abc: run 6, against run 5',
  )
  expect(deedWords({ action: 'show_secrets', detail: { entry: 7, what: 'entry' } })).toBe('entry 7')
  expect(deedWords({ action: 'stop', detail: {} })).toBe('')
  expect(deedWords({ action: 'lose', detail: { new: 1 } })).toBe('{"new":1}')
})
