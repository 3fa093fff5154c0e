import fc from 'fast-check'
import { expect, test } from 'vitest'
import { walkRequest } from '../../../aliases/message.ts'
import type { Visit } from '../../../aliases/site.ts'
import { BodyRewriter, streamedSyntax } from '../../../aliases/streaming/body-rewriter.ts'
import { Beginning } from '../../../aliases/streaming/sniffing-stream.ts'
import { MOST_HELD, type Change } from '../../../aliases/streaming/output.ts'

// A body that is rewritten as it streams becomes what it would become whole, wherever it is cut.

const NAMES = new Map([
  ['0a1b2c3d-old-1', '4e5f6a7b-new-one'],
  ['7c8d9e0f-old-2', 'x1'],
  ['5b6a7988-old é', 'one/that "is" longer ü'],
  ['1234567890123', '9876543210987654'],
])

const visit: Visit = (value) => {
  const text = NAMES.get(value)
  return text === undefined ? undefined : { text, as: 'same' }
}

interface Rewritten {
  body: string
  changes: Change[]
  flaws: string[]
}

/** In pieces of these lengths, over and over. */
function streamed(type: string, body: Buffer, lengths: readonly number[]): Rewritten {
  const fields = ['Content-Type', type]
  const changes: Change[] = []
  const flaws: string[] = []
  const rewriter = new BodyRewriter(streamedSyntax(fields)!, fields, visit, {
    changed: (change) => changes.push(change),
    flawed: (flaw) => flaws.push(flaw),
  })
  const out: Buffer[] = []
  for (let at = 0, i = 0; at < body.length; i++) {
    const length = lengths[i % lengths.length]!
    out.push(rewriter.write(body.subarray(at, at + length)))
    at += length
  }
  out.push(rewriter.end())
  return { body: Buffer.concat(out).toString(), changes, flaws }
}

function whole(type: string, body: Buffer): string {
  const parts = { target: '/', fields: ['Content-Type', type], body }
  return walkRequest(parts, visit).body!.toString()
}

/** What stood there before, told from what was changed. */
function undone({ body, changes }: Rewritten): string {
  let text = Buffer.from(body).toString('latin1')
  for (const { offset, was, now } of changes.toReversed()) {
    expect(text.slice(offset, offset + now.length)).toBe(now)
    text = text.slice(0, offset) + was + text.slice(offset + now.length)
  }
  return Buffer.from(text, 'latin1').toString()
}

const cursor = (name: string) => Buffer.from(JSON.stringify({ after: name })).toString('base64url')

const value = fc.oneof(
  fc
    .constantFrom(...NAMES.keys())
    .chain((name) =>
      fc.constantFrom(
        ...[
          name,
          `/things/${encodeURIComponent(name)}?of=${encodeURIComponent(name)}`,
          `W/"${name}"`,
        ],
        ...[`not ${name}`, JSON.stringify([name, { [name]: name }]), cursor(name), `a,${name}`],
      ),
    ),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '\\', '"', '\\"', 'kept'),
)

const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 })

const indent = fc.constantFrom(undefined, 1, '\t')

/** JSON as others write it: with escapes that nobody needs. */
const spelt = (text: string, how: 'plain' | 'escaped') =>
  how === 'plain'
    ? text
    : text
        .replaceAll('/', '\\/')
        .replaceAll(
          /[^\0-\x7f]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        )

const json = fc
  .tuple(
    fc.anything({
      key: fc.oneof(value, fc.constantFrom('id', 'items')),
      values: [value, fc.double(), fc.integer(), fc.constant(1234567890123), fc.boolean()],
      maxDepth: 4,
    }),
    indent,
    fc.constantFrom('plain' as const, 'escaped' as const),
  )
  .map(([it, space, how]) => spelt(JSON.stringify(it, null, space) ?? 'null', how))

function isAsWhole(type: string, text: string, cuts: readonly number[]): number {
  const body = Buffer.from(text)
  const got = streamed(type, body, cuts)
  expect(got.body).toBe(whole(type, body))
  expect(undone(got)).toBe(body.toString())
  return got.changes.length
}

/** Says so for each; and that some of them were changed. */
function areAsWhole(type: string, texts: fc.Arbitrary<string>): void {
  let some = 0
  fc.assert(
    fc.property(texts, lengths, (text, cuts) => {
      some += isAsWhole(type, text, cuts)
    }),
    { numRuns: 300 },
  )
  expect(some).toBeGreaterThan(20)
}

test('JSON', () => areAsWhole('application/json', json))

test('JSON behind a byte order mark', () => {
  areAsWhole(
    'application/json',
    json.map((text) => `\ufeff${text}`),
  )
})

test.for(['\ufeff', '\ufeff\ufeff["7c8d9e0f-old-2"]', ' \ufeff["7c8d9e0f-old-2"]'])(
  'a mark that stands elsewhere is no JSON: %j',
  (text) => {
    for (const cut of [1, 2, 1000]) {
      expect(streamed('application/json', Buffer.from(text), [cut]).body).toBe(text)
    }
    expect(whole('application/json', Buffer.from(text))).toBe(text)
  },
)

test('several texts of JSON, one behind the other', () => {
  const texts = fc.tuple(
    fc.array(json, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('\n', '\x1e', ' \r\n'),
  )
  areAsWhole(
    'application/json',
    texts.map(([all, between]) => all.join(between) + between),
  )
})

test('a form', () => {
  const pair = fc.tuple(fc.string(), value, fc.constantFrom('%20', '+'))
  const pairs = fc.array(
    pair.map(
      ([name, text, space]) =>
        `${encodeURIComponent(name)}=${encodeURIComponent(text).replaceAll('%20', space)}`,
    ),
  )
  areAsWhole(
    'application/x-www-form-urlencoded',
    pairs.map((all) => all.join('&')),
  )
})

test.for(['application/x-www-form-urlencoded', 'text/plain'])('JSON that is called %s', (type) =>
  areAsWhole(
    type,
    fc
      .tuple(fc.constantFrom('', '\ufeff'), fc.array(value, { minLength: 1 }))
      .map(([mark, all]) => `${mark}  ${JSON.stringify({ all })}`),
  ),
)

test('XML', () => {
  const escaped = (text: string) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('"', '&quot;')
      .replaceAll('>', '&gt;')
  const element = fc.tuple(value, value, fc.constantFrom("'", '"')).map(([a, b, quote]) => {
    const attribute = quote === "'" ? escaped(a).replaceAll("'", '&apos;') : escaped(a)
    return `<a:b c=${quote}${attribute}${quote} d = "/x>"> ${escaped(b)}\n</a:b><e f="1"/>`
  })
  const other = fc.constantFrom(
    '<!-- <a>0a1b2c3d-old-1</a> -->',
    '<![CDATA[<a>]]]]>',
    '<?pi >?>',
    '<!DOCTYPE x>',
    '\n',
  )
  areAsWhole(
    'application/xml',
    fc
      .array(fc.oneof(element, other))
      .map((all) => `<?xml version="1.0"?>\n<x>${all.join('')}</x>\n`),
  )
})

test('fields of a form in parts, and none of its files', () => {
  const head = fc.constantFrom(
    'Content-Disposition: form-data; name="a"',
    'Content-Disposition: form-data; name="b"\r\nContent-Type: text/plain',
    'Content-Disposition: form-data; name="c"\r\nContent-Type: application/octet-stream',
    'Content-Disposition: form-data; name="d"; filename="e"',
    'X: y',
  )
  const asIs = fc.tuple(head, value).map(([it, text]) => `${it}\r\n\r\n${text}`)
  const inJson = json.map(
    (text) =>
      `Content-Disposition: form-data; name="j"\r\nContent-Type: application/json\r\n\r\n${text}`,
  )
  const empty = head.map((it) => `${it}\r\n`)
  areAsWhole(
    'multipart/form-data; boundary="--x y"',
    fc
      .array(fc.oneof(asIs, inJson, empty))
      .map((parts) => `${parts.map((part) => `----x y\r\n${part}\r\n`).join('')}----x y--\r\n`),
  )
})

test('a text that is one value needs a length, for else nothing of it would go on before its end', () => {
  expect(streamed('text/plain', Buffer.from('0a1b2c3d-old-1'), [3]).body).toBe('0a1b2c3d-old-1')
})

test('data and ids of an event stream', () => {
  const text = [
    ...[
      ': 7c8d9e0f-old-2',
      'id: 7c8d9e0f-old-2',
      'event: made',
      'data: {"id":"7c8d9e0f-old-2"}',
      '',
    ],
    ...['data:7c8d9e0f-old-2', 'data: not 7c8d9e0f-old-2', '', ''],
  ].join('\r\n')
  for (const cut of [1, 7, 1000]) {
    expect(streamed('text/event-stream', Buffer.from(text), [cut]).body.split('\r\n')).toEqual([
      ...[': 7c8d9e0f-old-2', 'id: x1', 'event: made', 'data: {"id":"x1"}', ''],
      ...['data:x1', 'data: not 7c8d9e0f-old-2', '', ''],
    ])
  }
})

test.for<[string, string, string]>([
  [
    'JSON that breaks off',
    '{"a":"7c8d9e0f-old-2","b":"7c8d9e0f-old-2',
    '{"a":"x1","b":"7c8d9e0f-old-2',
  ],
  ['JSON with a flaw', '["7c8d9e0f-old-2",,"7c8d9e0f-old-2"]', '["x1",,"7c8d9e0f-old-2"]'],
  ['no JSON', 'hello "7c8d9e0f-old-2"', 'hello "7c8d9e0f-old-2"'],
  ['a bad escape', '["\\x12345678","7c8d9e0f-old-2"]', '["\\x12345678","7c8d9e0f-old-2"]'],
  ['too deep', `${'['.repeat(201)}"7c8d9e0f-old-2"`, `${'['.repeat(201)}"7c8d9e0f-old-2"`],
])('%s is rewritten up to there, and said to be malformed', ([, text, now]) => {
  for (const cut of [1, 2, 1000]) {
    const got = streamed('application/json', Buffer.from(text), [cut])
    expect(got).toMatchObject({ body: now, flaws: ['malformed'] })
  }
})

test.for([
  '/things/\\ufffd',
  '[\\"\\ufffd\\"]',
  '/things/\\ud800',
  '{\\"a\\":\\"\\udc00\\"}',
  '?a=\\ufffd',
])('what is no text stays as it was: %s', (value) => {
  const text = `["${value}","7c8d9e0f-old-2"]`
  const got = streamed('application/json', Buffer.from(text), [1000])
  expect(got.body).toBe(`["${value}","x1"]`)
  expect(whole('application/json', Buffer.from(text))).toBe(got.body)
})

test('whether a text begins as JSON is told whatever it is cut into, and of much white space it is not', () => {
  const told = (said: string, size: number) => {
    const text = Buffer.from(said).toString('latin1')
    const beginning = new Beginning()
    let last = 'maybe'
    for (let at = 0; at < text.length && last === 'maybe'; at += size) {
      last = beginning.add(text.slice(at, at + size))
    }
    return last
  }
  for (const size of [1, 2, 3, 100]) {
    for (const text of [' {\n "a"', '{}', '\r\n[ 1', '[[', '[ "', ' [\t{', '[t', '[ -1']) {
      expect(told(text, size), text).toBe('yes')
    }
    for (const text of ['\ufeff{"', '\ufeff\n [ "']) expect(told(text, size), text).toBe('yes')
    for (const text of ['\ufeffa', '\ufeff"a"', '\uffee{"'])
      expect(told(text, size), text).toBe('no')
    for (const text of ['\ufeff', '\ufeff {']) expect(told(text, size), text).toBe('maybe')
    for (const text of ['a=1', '{a', ' [ a', '{ [', '"a"', '\n{{']) {
      expect(told(text, size), text).toBe('no')
    }
    for (const text of [' ', '{ ', '\n[ \n']) expect(told(text, size), text).toBe('maybe')
  }
  expect(told(' '.repeat(MOST_HELD), 1000)).toBe('maybe')
  expect(told(' '.repeat(MOST_HELD + 1), 1000)).toBe('no')
})

test('white space within a text takes no time', () => {
  const text = `<a>x${' '.repeat(60_000)}y</a>`.repeat(20)
  expect(streamed('text/xml', Buffer.from(text), [1_000_000]).body).toBe(text)
})

const LONG = 'x'.repeat(MOST_HELD)

test.for<[string, string, (long: string, name: string) => string]>([
  ['JSON', 'application/json', (long, name) => `["${long}\\"","${name}",{"${long}":"${name}"}]`],
  ['a form', 'application/x-www-form-urlencoded', (long, name) => `a=${long}&b=${name}`],
  [
    'XML',
    'application/xml',
    (long, name) => `<a>${long}<b>${name}</b><c d="${long}" e="${name}"/></a>`,
  ],
  [
    'a form in parts',
    'multipart/form-data; boundary=b',
    (long, name) =>
      [long, name]
        .map((text) => `--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n${text}\r\n`)
        .join('') + '--b--',
  ],
])('a value that is too long for a name passes, and %s goes on behind it', ([, type, make]) => {
  const name = '7c8d9e0f-old-2'
  for (const cut of [999, 65_536, 1_000_000]) {
    const got = streamed(type, Buffer.from(make(LONG, name)), [cut])
    const isTag = type.endsWith('xml')
    expect(got.body.replaceAll('x1', name)).toBe(make(LONG, name))
    expect(got.body.match(/x1/g)).toHaveLength(type.endsWith('json') ? 2 : 1)
    expect(new Set(got.flaws), isTag ? 'a tag is one piece' : '').toEqual(new Set(['long_value']))
  }
})

test('of a long value no more than its bound is held back', () => {
  const fields = ['Content-Type', 'application/json']
  const quiet = { changed() {}, flawed() {} }
  const rewriter = new BodyRewriter('json', fields, visit, quiet)
  const piece = Buffer.alloc(1000, 'y')
  let held = rewriter.write(Buffer.from('["')).length - 2
  for (let i = 0; i < 1000; i++) {
    held += piece.length - rewriter.write(piece).length
    expect(held).toBeLessThanOrEqual(MOST_HELD + 2)
  }
})
