import { expect, test } from 'vitest'
import { factorySign, parseBootSign, type ShownBoot } from '../../backend/boot-sign.ts'
import {
  isNamedAnew,
  isSameLife,
  lossWords,
  readLife,
  Uptimes,
  type BootSigns,
} from '../../backend/boot-signs.ts'

const ID = parseBootSign('/boot json /id', 'id')
const UPTIME = parseBootSign('/boot json /up', 'uptime')
const STATE = factorySign('/things', Buffer.from('[]'))

/** What is shown by a backend with this id and these things; without an id it is not ready. */
function shown(signs: BootSigns, id: string | null, things: string) {
  const answer = (status: number, body: string): ShownBoot => ({
    ...{ status, fields: [], body: Buffer.from(body), at: 1_000_000 },
  })
  return readLife(signs, (target) => {
    if (target === '/things') return answer(200, things)
    return id === null ? { why: 'none in 10 ms' } : answer(200, JSON.stringify({ id, up: 7 }))
  })
}

const bootOf = (signs: BootSigns, id: string | null, things: string) =>
  shown(signs, id, things).boot!

test('each of several signs tells by itself that it is another life', () => {
  const signs = [ID, STATE]
  const before = bootOf(signs, 'a', '[1]')
  for (const [id, things, isSame, words] of [
    ['a', '[1]', true, ''],
    ['a', '[1,2]', true, ''],
    ['b', '[1]', false, 'another boot id'],
    ['a', '[]', false, 'it has the state of the factory'],
    ['b', '[]', false, 'another boot id'],
  ] as const) {
    const now = bootOf(signs, id, things)
    expect(isSameLife(signs, before, now), `${id} ${things}`).toBe(isSame)
    if (!isSame) expect(lossWords(signs, before, now)).toBe(words)
  }
})

test('one that is not to be had leaves it to the others, and is said', () => {
  const signs = [ID, STATE]
  const { boot, why } = shown(signs, null, '[]')
  expect(why).toBe('none in 10 ms')
  expect(isSameLife(signs, bootOf(signs, 'a', '[1]'), boot!)).toBe(false)
  expect(isSameLife(signs, bootOf(signs, 'a', '[]'), boot!)).toBe(true)
  expect(shown([ID], null, '[]')).toMatchObject({ boot: null, why: 'none in 10 ms' })
})

test('one sign alone is written as it is shown', () => {
  expect(bootOf([ID], 'a', '')).toBe('a')
  expect(bootOf([UPTIME], 'a', '')).toBe(new Date(993_000).toISOString())
  expect(shown([UPTIME], 'a', '').uptime).toBe(7)
})

test('a life that was noted by other signs is judged by those that both have', () => {
  const both = bootOf([ID, STATE], 'a', '[1]')
  expect(isSameLife([ID, STATE], 'a', both)).toBe(true)
  expect(isSameLife([ID, STATE], 'b', both)).toBe(false)
  expect(isSameLife([ID], both, 'a')).toBe(true)
  expect(isSameLife([ID], both, 'b')).toBe(false)
  expect(isSameLife([ID], 'changed', 'a')).toBe(true)
  expect(isSameLife([UPTIME], 'a', bootOf([UPTIME], 'b', ''))).toBe(true)
  expect(isSameLife([STATE, UPTIME], 'changed', bootOf([STATE, UPTIME], 'a', '[]'))).toBe(false)
  expect(isSameLife([ID, UPTIME], 'a', bootOf([ID, UPTIME], 'b', ''))).toBe(false)
})

test('it is named anew where it has state by now, or is seen by other signs', () => {
  const none = bootOf([ID, STATE], 'a', '[]')
  const some = bootOf([ID, STATE], 'a', '[1]')
  expect(isNamedAnew([ID, STATE], none, some)).toBe(true)
  expect(isNamedAnew([ID, STATE], some, bootOf([ID, STATE], 'a', '[2]'))).toBe(false)
  expect(isNamedAnew([ID, STATE], 'a', some)).toBe(true)
  expect(isNamedAnew([ID], 'a', 'a')).toBe(false)
  expect(isNamedAnew([STATE], 'factory state', 'changed')).toBe(true)
})

test('an id that looks like what several signs show is an id', () => {
  const odd = '{"id":"'
  expect(isSameLife([ID], odd, odd)).toBe(true)
  expect(isSameLife([ID], odd, 'a')).toBe(false)
})

test('an uptime that goes back is of another life, from then on', () => {
  const uptimes = new Uptimes()
  expect(uptimes.wentBack(1, 1.2, 0, 10)).toBe(false)
  expect(uptimes.wentBack(1, 0.1, 20, 30)).toBe(true)
  // It is over, however long the next one is up.
  expect(uptimes.wentBack(1, 3, 40, 50)).toBe(true)
  expect(uptimes.wentBack(1, null, 40, 50)).toBe(true)
  expect(uptimes.wentBack(2, 3, 60, 70)).toBe(false)
})

test('answers that were on their way at once, and long uptimes, tell nothing by it', () => {
  const uptimes = new Uptimes()
  expect(uptimes.wentBack(1, 1.2, 0, 20)).toBe(false)
  expect(uptimes.wentBack(1, 1.1, 10, 30)).toBe(false)
  // Of several processes behind one address each has its own: the moment of the boot tells then.
  expect(uptimes.wentBack(1, 100, 40, 50)).toBe(false)
  expect(uptimes.wentBack(1, 99.8, 60, 70)).toBe(false)
  expect(uptimes.wentBack(1, null, 80, 90)).toBe(false)
})
