import { expect, test } from 'vitest'
import { parseMultipart } from '../../dashboard/entry/multipart.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text))
const parsed = (text: string, type = 'multipart/form-data; boundary=cut') =>
  parseMultipart(bytes(text), type).map(({ bytes: part, ...rest }) => ({
    ...rest,
    text: Buffer.from(part).toString(),
  }))

test('parts are told by their names, files and types', () => {
  const text =
    'preamble\r\n--cut\r\nContent-Disposition: form-data; name="größe"\r\n\r\na\r\n--c\r\n\r\n' +
    '--cut\r\ncontent-disposition: form-data; name="f"; filename="a.txt"\r\n' +
    'Content-Type: text/plain\r\n\r\n\r\n--cut--\r\nepilogue'
  expect(parsed(text)).toEqual([
    { name: 'größe', file: null, type: '', text: 'a\r\n--c\r\n' },
    { name: 'f', file: 'a.txt', type: 'text/plain', text: '' },
  ])
})

test('a part without fields has a body, and a body that was cut has what is left', () => {
  expect(parsed('--cut\r\n\r\nbare\r\n--cut\r\n\r\nbegun')).toMatchObject([
    { name: null, text: 'bare' },
    { name: null, text: 'begun' },
  ])
})

test.each([
  ['', 'multipart/form-data; boundary=cut'],
  ['no such thing', 'multipart/form-data; boundary=cut'],
  ['--cut\r\n\r\na\r\n--cut--', 'multipart/form-data'],
  ['--cut--', 'multipart/form-data; boundary="cut"'],
])('what is none has no parts: %j as %s', (text, type) => {
  expect(parsed(text, type)).toEqual([])
})
