import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskBody, maskTarget, pieceMasker } from '../../journal/masking/masking.ts'
import { unmasked, type SecretPart } from '../../journal/masking/masked.ts'
import { secretNames, SECRET_NAMES } from '../../journal/masking/names.ts'

const names = secretNames([...SECRET_NAMES, 'PIN', 'größe'])
const JSON_TYPE = ['Content-Type', 'application/json; charset=utf-8']
const FORM = ['content-type', 'application/x-www-form-urlencoded']
const MULTIPART = ['Content-Type', 'multipart/form-data; boundary="b-1"']

function masked(text: string, fields: string[] = JSON_TYPE): string {
  return (maskBody(Buffer.from(text), fields, names)?.bytes ?? Buffer.from(text)).toString()
}

describe('in JSON', () => {
  test.each([
    ['{"password": "abc", "user": "abc"}', '{"password": "***", "user": "abc"}'],
    [String.raw`{"Password" : "a\"b\\"}`, '{"Password" : "******"}'],
    [String.raw`{"\u0070assw\u006Frd":"é"}`, String.raw`{"\u0070assw\u006Frd":"**"}`],
    ['{"pin": -12.5e3, "n": 17}', '{"pin": 1111111, "n": 17}'],
    ['[{"pin":true},{"pin":false},{"pin":null}]', '[{"pin":null},{"pin":null },{"pin":null}]'],
    [
      '{"pin":{"a":"xy","pin":[1,"z",{"b":"c"}]},"d":"e"}',
      '{"pin":{"a":"**","pin":[1,"*",{"b":"*"}]},"d":"e"}',
    ],
    ['{"pin":["a",["b"],"c"],"d":"e"}', '{"pin":["*",["*"],"*"],"d":"e"}'],
    ['{"pin":"a","pin":"b"}', '{"pin":"*","pin":"*"}'],
    ['{"GRÖSSE":"a","Größe":"b"}', '{"GRÖSSE":"a","Größe":"*"}'],
    ['{"deep":{"er":[{"id_token":"abcd"}]}}', '{"deep":{"er":[{"id_token":"****"}]}}'],
    ['{"a":"password","b":"c"}', '{"a":"password","b":"c"}'],
    ['["password","x"]', '["password","x"]'],
    ['{"pin":"","passwords":"b"}', '{"pin":"","passwords":"b"}'],
    ['{"pin":"never end', '{"pin":"*********'],
    ['{"pin":}{"pin":"a"', '{"pin":}{"pin":"*"'],
    ['{"pin":"a"}\n{"pin":"b"}\n', '{"pin":"*"}\n{"pin":"*"}\n'],
    ['\u001e{"pin":"a"}', '\u001e{"pin":"*"}'],
  ])('%s', (text, expected) => {
    expect(masked(text)).toBe(expected)
  })

  test.each([
    [{ data: JSON.stringify({ password: 'abc', user: 'abc' }) }, { password: '***', user: 'abc' }],
    [{ data: JSON.stringify({ pin: 12, b: [true] }, null, 2) }, { pin: 11, b: [true] }],
    [{ data: JSON.stringify({ PIN: 'a"b\\é\n' }) }, { PIN: expect.stringMatching(/^\*+$/) }],
    [{ data: ' [{"größe":{"a":"x"}}]' }, [{ größe: { a: '*' } }]],
    [{ '': 'x', data: '{"pin":null}', pin: 'x' }, { pin: null }],
    [{ data: '\n\t{"pin":"a"}' }, { pin: '*' }],
  ])('JSON that stands as a text in it: %o', (value, within) => {
    const came = JSON.parse(masked(JSON.stringify(value))) as { data: string }
    expect(JSON.parse(came.data)).toEqual(within)
  })

  test('that text in a text again, and spelt with escapes', () => {
    const nested = (text: string, times: number): string =>
      times === 0 ? text : nested(JSON.stringify({ body: text }), times - 1)
    for (const times of [1, 2, 3]) {
      const came = masked(nested('{"pin":"hidden","user":"ada"}', times))
      expect(came).not.toContain('hidden')
      expect(came).toContain('ada')
    }
    expect(masked(String.raw`{"a":"{\u0022gr\u00f6\u00dfe\u0022:\u0022b\u0022}"}`)).toBe(
      String.raw`{"a":"{\u0022gr\u00f6\u00dfe\u0022:\u0022*\u0022}"}`,
    )
  })

  test.each([
    String.raw`{"a":"\u007b\"pin\":\"hidden\"}"}`,
    String.raw`{"a":"\r\n{\"pin\":\"hidden\"}"}`,
    JSON.stringify(JSON.stringify({ pin: 'hidden' })),
    JSON.stringify({ a: JSON.stringify(JSON.stringify({ pin: 'hidden' })) }),
    '{"\\u0070in":"hidden"}',
  ])('a text that begins with an escape, wherever it is cut: %s', (text) => {
    expect(masked(text)).not.toContain('hidden')
    for (let at = 1; at < text.length; at++) {
      expect(inPieces(Buffer.from(text), JSON_TYPE, [at]).bytes.toString()).toBe(masked(text))
    }
  })

  test('what is no JSON in a text hides nothing that stands behind it', () => {
    expect(masked(String.raw`{"a":"{\u12","pin":"x"}`)).toBe(String.raw`{"a":"{\u12","pin":"*"}`)
    expect(masked(String.raw`["[a] \"pin\" is it","pin"]`)).toBe(
      String.raw`["[a] \"pin\" is it","pin"]`,
    )
  })

  test('of any type that is JSON, and of none that says so if it looks like it', () => {
    const text = '{"pin":"a"}'
    const types = [
      'application/problem+json',
      'application/x-ndjson',
      'application/json-seq',
      'text/json',
      'text/plain',
      // What curl says if it is told nothing.
      'application/x-www-form-urlencoded',
    ]
    for (const type of types) expect(masked(text, ['Content-Type', type])).toBe('{"pin":"*"}')
    expect(masked(` ${text}`, [])).toBe(' {"pin":"*"}')
    expect(masked(`pin: ${text}`, [])).toBe(`pin: ${text}`)
    expect(masked(text, ['Content-Type', 'image/png'])).toBe(text)
  })

  test('however deep it is, and without taking long', () => {
    const deep = `{"pin":${'{"a":['.repeat(50_000)}"x"`
    const came = masked(deep)
    expect(came).toHaveLength(deep.length)
    expect(came).not.toContain('x')
    const quotes = Buffer.from(`{"a":"${'\\"'.repeat(500_000)}","pin":"x"}`)
    const began = performance.now()
    expect(maskBody(quotes, JSON_TYPE, names)!.parts).toHaveLength(1)
    const texts = Buffer.from(`[${String.raw`"{\"pin\"",`.repeat(10_000)}1]`)
    expect(maskBody(texts, JSON_TYPE, names)).toBeNull()
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})

describe('in forms', () => {
  test.each([
    ['user=a&password=b%20c&pin=&x=y', 'user=a&password=*****&pin=&x=y'],
    ['[0]=a&pin=b', '[0]=a&pin=*'],
    ['[{"pin":"a"}]', '[{"pin":"*"}]'],
    [' [ ["x", {"pin":"a"}]]', ' [ ["x", {"pin":"*"}]]'],
    ['%70assword=b&PASSWORD=c', '%70assword=*&PASSWORD=*'],
    [
      'user[password]=b&user%5Bpin%5D%5B%5D=c&a.pin=d',
      'user[password]=*&user%5Bpin%5D%5B%5D=*&a.pin=*',
    ],
    ['password&pin', 'password&pin'],
    ['a=password=b', 'a=password=b'],
    ['password=a=b', 'password=***'],
  ])('%s', (text, expected) => {
    expect(masked(text, FORM)).toBe(expected)
  })

  test.each(['\n\npin=a', ' pin=a', '[[pin]=a', '[{"pin":"a"}]', ' [ "x", {"pin":"a"}]'])(
    'what it is does not depend on where it is cut: %s',
    (text) => {
      const bytes = Buffer.from(text)
      for (let at = 1; at < text.length; at++) {
        expect(inPieces(bytes, FORM, [at]).bytes.toString()).toBe(masked(text, FORM))
      }
    },
  )

  test('of parts', () => {
    const part = (head: string, body: string) =>
      `--b-1\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`
    const before = [
      part('name="user"', 'anna'),
      part('name="password"; filename="k.bin"\r\nContent-Type: x/y', 'a\r\n--b-\r\nb'),
      part('name=PIN', ''),
      part('name="us\\er[pin]"', '12'),
      part('name="meta"\r\ncontent-type: application/json', '{"pin":"a","b":"pin"}'),
      part('name="more"', '{"pin":"a","b":"pin"}'),
      '--b-1--\r\nname="pin"\r\n\r\nend',
    ].join('')
    const after = [
      part('name="user"', 'anna'),
      part('name="password"; filename="k.bin"\r\nContent-Type: x/y', '**********'),
      part('name=PIN', ''),
      part('name="us\\er[pin]"', '**'),
      part('name="meta"\r\ncontent-type: application/json', '{"pin":"*","b":"pin"}'),
      part('name="more"', '{"pin":"*","b":"pin"}'),
      '--b-1--\r\nname="pin"\r\n\r\nend',
    ].join('')
    expect(masked(before, MULTIPART)).toBe(after)
  })
})

test('in the query of a target', () => {
  const of = (target: string) => maskTarget(target, names)?.target
  expect(of('/a?x=1&access_token=abc&y=2#f')).toBe('/a?x=1&access_token=***&y=2#f')
  expect(of('http://h/a?PIN=\xe9')).toBe('http://h/a?PIN=*')
  expect(of('/pin=1?a=2')).toBeUndefined()
  expect(of('/a?x=/b?pin=3')).toBeUndefined()
  expect(maskTarget('/a?x=1&pin=ab', names)!.parts).toEqual([
    { offset: 11, value: Buffer.from('ab') },
  ])
})

test('what is coded is masked as a whole where there is one in it, or it cannot be read', () => {
  const secret = Buffer.from('{"pin":"abc"}')
  const coders = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync }
  for (const [coding, code] of Object.entries(coders)) {
    const fields = [...JSON_TYPE, 'Content-Encoding', coding]
    const coded = code(secret)
    const { bytes, parts } = maskBody(coded, fields, names)!
    expect(bytes.toString()).toBe('*'.repeat(coded.length))
    expect(unmasked(bytes, parts)).toEqual(coded)
    expect(maskBody(code(Buffer.from('{"a":"b"}')), fields, names)).toBeNull()
    expect(maskBody(coded.subarray(0, -4), fields, names)!.parts).toHaveLength(1)
  }
  expect(
    maskBody(deflateRawSync(secret), [...JSON_TYPE, 'Content-Encoding', 'deflate'], names),
  ).not.toBeNull()
  for (const coding of ['zstd', 'gzip, zstd']) {
    const coded = Buffer.from('whatever it is')
    expect(
      maskBody(coded, [...JSON_TYPE, 'Content-Encoding', coding], names)!.parts[0]!.value,
    ).toEqual(coded)
  }
  const wide = Buffer.from('{"pin":"abc"}', 'utf16le')
  expect(
    maskBody(wide, ['Content-Type', 'application/json; charset=utf-16'], names)!.bytes.includes(
      'a',
    ),
  ).toBe(false)
  expect(
    maskBody(
      gzipSync(Buffer.alloc(8 * 1024 * 1024)),
      [...JSON_TYPE, 'content-encoding', 'gzip'],
      names,
    ),
  ).not.toBeNull()
  expect(
    maskBody(secret, [...JSON_TYPE, 'Content-Encoding', 'identity'], names)!.bytes.toString(),
  ).toBe('{"pin":"***"}')
})

test('without names nothing is a secret', () => {
  const none = secretNames([])
  expect(maskBody(Buffer.from('{"":"a","password":"b"}'), JSON_TYPE, none)).toBeNull()
  expect(maskTarget('/a?=b&password=c', none)).toBeNull()
  expect(pieceMasker(JSON_TYPE, none)).toBeNull()
})

const key = fc.constantFrom('password', 'Pin', 'user', 'access_token', 'a"b\\', 'größe', 'x')
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc
      .array(fc.tuple(key, tie('tree')), { maxLength: 4 })
      .map((pairs) => Object.fromEntries(pairs)),
  ),
}))

type Json = null | string | number | boolean | Json[] | { [key: string]: Json }

/** What must be left of it in clear, and what must not. */
function scalars(value: Json, isSecret: boolean, found: { clear: Json[]; secret: Json[] }): void {
  if (Array.isArray(value)) for (const one of value) scalars(one, isSecret, found)
  else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      scalars(one, isSecret || names.isMember(Buffer.from(name)), found)
    }
  } else (isSecret ? found.secret : found.clear).push(value)
}

test('JSON stays JSON of the same shape, and is what it was with its values back', () => {
  fc.assert(
    fc.property(tree, fc.boolean(), (value, isLaidOut) => {
      const bytes = Buffer.from(JSON.stringify(value, null, isLaidOut ? 2 : undefined))
      const came = maskBody(bytes, JSON_TYPE, names)
      const [was, now] = [value as Json, JSON.parse((came?.bytes ?? bytes).toString()) as Json]
      const before = { clear: [] as Json[], secret: [] as Json[] }
      const after = { clear: [] as Json[], secret: [] as Json[] }
      scalars(JSON.parse(JSON.stringify(was)) as Json, false, before)
      scalars(now, false, after)
      expect(after.clear).toEqual(before.clear)
      expect(after.secret).toHaveLength(before.secret.length)
      for (const one of after.secret)
        expect(JSON.stringify(one)).toMatch(/^(?:"\**"|1[\d.]*(?:e\+\d+)?|null)$/)
      if (came !== null) {
        expect(came.bytes).toHaveLength(bytes.length)
        expect(unmasked(came.bytes, came.parts)).toEqual(bytes)
      }
    }),
    { numRuns: 500 },
  )
})

/** Bytes in which the syntaxes begin, end and are broken everywhere. */
const noise = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ':',
        ',',
        '"',
        '\\',
        ' ',
        '\n',
        '&',
        '=',
        '%70',
        '*',
        '1',
        'true',
      ),
      fc.constantFrom(
        '"pin"',
        '"pin":',
        'pin=',
        '&password=',
        '"x":',
        '\\u0070',
        '"{\\"pin\\":',
        '\\"pin\\":\\"a',
        '"[{\\\\\\"',
        '"\\n',
        '"\\"',
        '"\\u007b',
        '\\u0022',
        '\\"',
        '\r\n--b-1',
        '\r\n--b-1\r\n',
        '\r\n\r\n',
      ),
      fc.constantFrom(
        'Content-Disposition: form-data; name="pin"',
        'name="x"',
        '--b-1\r\n',
        '--b-1--',
      ),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => Buffer.from(parts.join('')))

function inPieces(
  bytes: Buffer,
  fields: string[],
  cuts: readonly number[],
): { bytes: Buffer; parts: SecretPart[] } {
  const masker = pieceMasker(fields, names)!
  const out: Buffer[] = []
  const parts: SecretPart[] = []
  let left = Buffer.alloc(0)
  let offset = 0
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  for (const [i, end] of [...ends, bytes.length].entries()) {
    const piece = Buffer.concat([left, bytes.subarray(ends[i - 1] ?? 0, end)])
    const came = masker.mask(piece, i === ends.length ? 'last' : 'more')
    // A piece may be used for something else once it was handed over.
    out.push(Buffer.from(came.bytes))
    parts.push(...came.parts.map((part) => ({ ...part, offset: part.offset + offset })))
    left = Buffer.from(piece.subarray(piece.length - came.undecided))
    offset += came.bytes.length
    piece.fill(0)
  }
  return { bytes: Buffer.concat(out), parts }
}

test.each([
  ['JSON', JSON_TYPE],
  ['a form', FORM],
  ['parts', MULTIPART],
  ['what may be JSON', []],
])('of %s it does not matter where the pieces are cut, whatever is in it', (_, fields) => {
  fc.assert(
    fc.property(noise, fc.array(fc.nat(), { maxLength: 8 }), (bytes, cuts) => {
      const whole = inPieces(bytes, fields, [])
      const came = inPieces(bytes, fields, cuts)
      expect(came.bytes).toEqual(whole.bytes)
      expect(unmasked(came.bytes, came.parts)).toEqual(bytes)
      // And what looks first whether there may be one finds no less.
      const quick = maskBody(bytes, fields, names)?.bytes ?? bytes
      expect(quick).toEqual(whole.bytes)
    }),
    { numRuns: 1_000 },
  )
})

test('what is coded and comes in pieces is masked as a whole, for nobody can read it in time', () => {
  const masker = pieceMasker([...JSON_TYPE, 'Content-Encoding', 'gzip'], names)!
  const { bytes, parts } = masker.mask(Buffer.from('abc'), 'more')
  expect(bytes.toString()).toBe('***')
  expect(parts[0]!.value.toString()).toBe('abc')
})
