import { expect, test } from 'vitest'
import { parseAliasRules } from '../../../replayer/aliases/rules.ts'
import { NEW, numbered, OLD, Play, renamed } from './exchanges.ts'

// What the configuration says goes before what is found.

test('a rule adds a place that nothing else would show', () => {
  const rules = parseAliasRules({
    add: [{ from: 'POST /machines: json /serial', to: '* /rpc/*: json /args/*' }],
  })
  const play = new Play({ rules })
  play.go({ target: '/machines', answer: { serial: 5 } }, { answer: { serial: 8 } })
  const sent = (target: string) => play.go({ target, body: { args: [4, 5], n: 5 } }).body
  expect(sent('/rpc/start')).toBe('{"args":[4,8],"n":5}')
  expect(sent('/other')).toBe('{"args":[4,5],"n":5}')
})

test('a place or a value can be forbidden, for use and for learning', () => {
  const place = parseAliasRules({ forbid: [{ place: 'POST /orders: query item' }] })
  const played = numbered({ rules: place }).go({ target: '/orders?item=17&itemId=17' })
  expect(played.request.target).toBe('/orders?item=17&itemId=23')
  expect(played.leftAlone).toMatchObject([
    { place: 'query item', why: 'forbidden by the rule: POST /orders: query item' },
  ])
  const value = parseAliasRules({ forbid: [{ value: '[0-9a-f-]{36}' }] })
  expect(renamed({ rules: value }).go({ target: `/items/${OLD}` }).request.target).toBe(
    `/items/${OLD}`,
  )
})

test('a pinned value is always sent as what it is pinned to', () => {
  const rules = parseAliasRules({
    pin: [
      { old: OLD, new: 'x' },
      { old: 'eu', new: 'us' },
    ],
  })
  const play = renamed({ rules })
  expect(play.go({ target: `/items/${OLD}/eu?q=europe` }).request.target).toBe(
    '/items/x/us?q=europe',
  )
  expect(new Play({ rules }).go({ target: `/items/${NEW}/eu` }).request.target).toBe(
    `/items/${NEW}/us`,
  )
})

test('every wrong rule is named with what was expected', () => {
  const wrong = {
    ad: [],
    add: [{ from: 'POST /a json /id', to: 'POST a: json /id' }, 'x'],
    forbid: [{}, { value: '(' }, { place: 3 }],
    pin: [{ old: 1 }, { old: '', new: 'x' }],
  }
  expect(() => parseAliasRules(wrong)).toThrow(RangeError)
  const lines = (() => {
    try {
      parseAliasRules(wrong)
      return []
    } catch (error) {
      return (error as Error).message
        .split('\n')
        .map((line) => line.replace(/^(.*?: \S+ .{12}).*/, '$1'))
    }
  })()
  expect(lines).toEqual([
    expect.stringMatching('^aliases.ad: expected add, '),
    expect.stringMatching(/^aliases.add\[1\]: expected a rule/),
    expect.stringMatching(/^aliases.add\[0\].from: expected 'METHOD/),
    expect.stringMatching(/^aliases.add\[0\].to: expected a path /),
    expect.stringMatching(/^aliases.forbid\[0\]: expected a place/),
    expect.stringMatching(/^aliases.forbid\[1\].value: expected a re/),
    expect.stringMatching(/^aliases.forbid\[2\].place: expected 'ME/),
    expect.stringMatching(/^aliases.pin\[0\]: expected old and n/),
    expect.stringMatching(/^aliases.pin\[1\]: expected old and n/),
  ])
})

test.each([[undefined], [null], [{}], [{ add: null }]])('no rules: %j', (input) => {
  expect(parseAliasRules(input)).toMatchObject({ add: [], forbid: [] })
})

test.each([['x'], [[]], [{ add: {} }]])('rules that are none: %j', (input) => {
  expect(() => parseAliasRules(input)).toThrow(/expected/)
})
