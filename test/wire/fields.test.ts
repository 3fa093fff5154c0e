import { describe, expect, test } from 'vitest'
import {
  endToEndFields,
  fieldPairs,
  fieldValue,
  fieldValues,
  withFieldValue,
  withoutField,
} from '../../wire/fields.ts'

const FIELDS = ['Host', 'a', 'X-One', '1', 'x-ONE', '2', 'X-Empty', '', 'Name', 'X-One']

test('are found by name in any case, all of them in order, and not by their values', () => {
  expect(fieldValues(FIELDS, 'x-one')).toEqual(['1', '2'])
  expect(fieldValue(FIELDS, 'x-one')).toBe('1')
  expect(fieldValue(FIELDS, 'x-empty')).toBe('')
  expect(fieldValue(FIELDS, 'x-none')).toBeUndefined()
  expect(fieldValues(['a', 'b'], 'b')).toEqual([])
})

test('are changed by name, everything else staying as it is', () => {
  expect(withFieldValue(FIELDS, 'x-one', '3')).toEqual(
    FIELDS.map((text) => (text === '1' || text === '2' ? '3' : text)),
  )
  expect(withoutField(FIELDS, 'x-one')).toEqual(['Host', 'a', 'X-Empty', '', 'Name', 'X-One'])
  expect(fieldPairs(['a', '1', 'a', '2'])).toEqual([
    ['a', '1'],
    ['a', '2'],
  ])
})

describe('end to end', () => {
  test('order, case, duplicates and empty values stay', () => {
    expect(endToEndFields(FIELDS)).toEqual(FIELDS)
  })

  test.each(['Connection', 'KEEP-ALIVE', 'Proxy-Connection', 'te', 'Transfer-Encoding', 'Upgrade'])(
    '%s stops here',
    (name) => {
      expect(endToEndFields(['A', '1', name, 'x', 'B', '2'])).toEqual(['A', '1', 'B', '2'])
    },
  )

  test('what Connection names stops here, in whatever case and however listed', () => {
    const fields = [
      'Connection',
      'close, X-One,',
      'x-one',
      '1',
      'X-Two',
      '2',
      'Connection',
      ' x-TWO',
    ]
    expect(endToEndFields([...fields, 'X-Three', '3'])).toEqual(['X-Three', '3'])
  })

  test.each([
    'Host',
    'Content-Length',
    'Content-Type',
    'Content-Encoding',
    'Authorization',
    'Cookie',
    'Forwarded',
    'Via',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
  ])('%s stays, though Connection names it', (name) => {
    expect(endToEndFields([name, 'x', 'Connection', name])).toEqual([name, 'x'])
  })

  test('a field that Connection does not name as a whole stays', () => {
    expect(endToEndFields(['Connection', 'X-On', 'X-One', '1'])).toEqual(['X-One', '1'])
  })
})
