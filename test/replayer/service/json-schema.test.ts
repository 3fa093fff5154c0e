import { expect, test } from 'vitest'
import { faultsOf, type Schema } from '../../support/json-schema.ts'

// The judge of answers: what holds passes, and what does not is seen.

const root = {
  named: {
    Pair: { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] },
    More: {
      allOf: [
        { $ref: '#/named/Pair' },
        { type: 'object', properties: { b: { type: 'string' } }, required: ['b'] },
      ],
    },
  },
}

test.each<[Schema, unknown]>([
  [{ type: 'integer', minimum: 0, maximum: 2 }, 2],
  [{ type: ['string', 'null'], maxLength: 2 }, null],
  [{ type: 'string', maxLength: 2 }, '💥💥'],
  [{ enum: ['a', null] }, null],
  [{ type: 'string', format: 'date-time' }, '2026-01-15T12:00:00.000001Z'],
  [{ type: 'array', items: { type: 'integer' } }, [1, 2]],
  [{ type: 'array', prefixItems: [{ type: 'string' }, { type: 'null' }] }, ['a', null]],
  [{ type: 'object', additionalProperties: { type: 'integer' } }, { any: 1 }],
  [{ type: 'object' }, { any: 1 }],
  [{ $ref: '#/named/More' }, { a: 1, b: 'x' }],
  [{}, { a: [1, { b: null }] }],
])('%j lets %j through', (schema, value) => {
  expect(faultsOf(schema, value, root)).toEqual([])
})

test.each<[Schema, unknown, RegExp]>([
  [{ type: 'integer' }, 1.5, /expected integer, got number/],
  [{ type: 'integer', maximum: 2 }, 3, /3 is out of its bounds/],
  [{ type: 'number', exclusiveMinimum: 0 }, 0, /0 is out of its bounds/],
  [{ type: ['string', 'null'] }, 1, /expected string or null, got number/],
  [{ type: 'object' }, [], /expected object, got array/],
  [{ type: 'string', maxLength: 1 }, 'ab', /it has 2 characters/],
  [{ type: 'string', pattern: '^a$' }, 'ab', /does not match/],
  [{ enum: ['a'] }, 'b', /expected one of a, got b/],
  [{ type: 'string', format: 'date-time' }, '2026-01-15', /is no date-time/],
  [{ type: 'string', format: 'color' }, 'x', /a format that nobody judges/],
  [{ type: 'array', items: { type: 'integer' }, maxItems: 1 }, [1, 'x'], /\$\/1: expected integer/],
  [{ type: 'array', maxItems: 1 }, [1, 2], /it has 2 items/],
  [{ type: 'array', prefixItems: [{ type: 'string' }] }, [1], /\$\/0: expected string/],
  [{ type: 'object', additionalProperties: { type: 'integer' } }, { a: 'x' }, /\$\/a: expected/],
  [{ type: 'object', properties: {}, additionalProperties: false }, { a: 1 }, /no schema names it/],
  [{ $ref: '#/named/Pair' }, { a: 1, b: 2 }, /\$\/b: no schema names it/],
  [{ $ref: '#/named/Pair' }, {}, /\$\/a: it is missing/],
  [{ $ref: '#/named/More' }, { a: 1, b: 'x', c: 1 }, /\$\/c: no schema names it/],
  [{ $ref: '#/named/More' }, { a: 1, b: 1 }, /\$\/b: expected string/],
  [
    { type: 'object', properties: { at: { $ref: '#/named/Pair' } } },
    { at: { a: 1, z: 1 } },
    /at\/z/,
  ],
  [{ oneOf: [] } as Schema, 1, /keywords that nobody judges: oneOf/],
])('%j does not let %j through', (schema, value, fault) => {
  expect(faultsOf(schema, value, root).join('\n')).toMatch(fault)
})
