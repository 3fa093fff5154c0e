import { describe, expect, test } from 'vitest'
import { aliases, compared, told } from './answers.ts'

const texts = (
  recorded: string,
  came: string,
  { type = 'text/plain', rules }: { type?: string; rules?: unknown } = {},
  pairs: Record<string, string> = {},
) =>
  compared(
    { fields: ['Content-Type', type], body: recorded },
    { fields: ['Content-Type', type], body: came },
    rules,
    aliases(pairs),
  )

describe('text is compared by lines', () => {
  test('however they end', () => {
    expect(texts('a\r\nb\n', 'a\nb\n').outcome).toBe('same')
  })

  test.each([
    ['one changed', 'a\nb\nc', 'a\nx\nc', ['body line 2 b -> x']],
    ['one gone', 'a\nb\nc\nd', 'a\nc\nd', ['body line 2 b -> null']],
    ['one added', 'a\nc', 'a\nb\nc', ['body line 2 null -> b']],
    [
      'several',
      'a\nb\nc\nd\ne',
      'x\nb\nd\ne\nf',
      ['body line 1 a -> x', 'body line 3 c -> null', 'body line 5 null -> f'],
    ],
    ['all', 'a', '', ['body line 1 a -> ']],
  ])('%s', (_, recorded, came, expected) => {
    expect(told(texts(recorded, came))).toStrictEqual(expected)
  })

  test('that are very many are compared side by side', () => {
    const lines = (text: string) =>
      Array.from({ length: 5_000 }, (_, i) => `${text} ${i}`).join('\n')
    const { differences, unlisted } = texts(lines('a'), lines('b'))
    expect(differences.length + unlisted).toBe(5_000)
  })

  test('with generated values in them', () => {
    const found = texts(
      'thing 17 is at <a href="/things/17">t0ken.A-b_c~</a>\nnew line',
      'thing 42 is at <a href="/things/42">0ther.X</a>\nnew line',
      { type: 'text/html; charset=utf-8' },
      { '17': '42', 't0ken.A-b_c~': '0ther.X' },
    )
    expect(found).toMatchObject({ outcome: 'same', explained: { alias: 1 } })
    expect(texts('quantity 17', 'quantity 18', {}, { '17': '42' }).outcome).toBe('differs')
  })

  test('with times of then and now in them', () => {
    expect(
      texts(
        'made 2026-01-15 11:59:30 by a\nLast: Thu, 15 Jan 2026 12:00:00 GMT.',
        'made 2026-02-20 17:59:31 by a\nLast: Fri, 20 Feb 2026 18:00:00 GMT.',
      ),
    ).toMatchObject({ outcome: 'same', explained: { time: 2 } })
  })

  test('of which a rule leaves some out, on either side', () => {
    const rules = { ignore: [{ line: '^# ' }] }
    const found = texts('# a\n1\n2', '1\n# b\n# c\n2', { rules })
    expect(found).toMatchObject({ outcome: 'same', explained: { ignored: 3 } })
    expect(told(texts('# a\n1', '# b\n2', { rules }))).toStrictEqual(['body line 2 1 -> 2'])
  })
})

describe('XML', () => {
  test.each(['application/xml', 'text/xml; charset=utf-8', 'application/calendar+xml'])(
    'of type %s is compared by elements, however they are laid out',
    (type) => {
      const recorded = '<?xml version="1.0"?>\n<a>\n  <b>1</b>\n  <c/>\n</a>\n'
      expect(texts(recorded, '<?xml version="1.0"?><a><b>1</b><c/></a>', { type }).outcome).toBe(
        'same',
      )
      expect(told(texts(recorded, '<?xml version="1.0"?><a><b>2</b></a>', { type }))).toStrictEqual(
        ['body line 3 <b>1</b> -> <b>2</b>', 'body line 4 <c/> -> null'],
      )
    },
  )
})

test('the boundary of a multipart body is no difference', () => {
  const type = (boundary: string) => ['Content-Type', `multipart/mixed; boundary="${boundary}"`]
  const parts = (boundary: string, text: string) =>
    `--${boundary}\r\n\r\n${text}\r\n--${boundary}--`
  const answers = (text: string) =>
    compared(
      { fields: type('aaa'), body: parts('aaa', 'one') },
      { fields: type('bbb'), body: parts('bbb', text) },
    )
  expect(answers('one').outcome).toBe('same')
  expect(told(answers('two'))).toStrictEqual(['body line 3 one -> two'])
})
