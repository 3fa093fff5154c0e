import { expect, test } from 'vitest'
import { createDatabase } from '../../../support/database.ts'
import { connectRaw } from '../../../support/raw-http.ts'
import { useService } from '../client.ts'

// Files are served from two folders of the package, and from nowhere else (docs: documentation.test.ts).

const database = await createDatabase()

const OUT = [
  ...['../../package.json', '..%2f..%2fpackage.json', '%2e%2e/%2e%2e/package.json'],
  ...['..%5c..%5cpackage.json', '%252e%252e%252fpackage.json', '....//....//package.json'],
  ...['%2fetc%2fpasswd', '/etc/passwd', '..%00/package.json', '%c0%ae%c0%ae/package.json'],
  ...['..;/package.json', '.%2e/package.json', 'file:///etc/passwd', '~root', 'C:%5c', '%00', '.'],
]

test.each(
  ['/assets/', '/', '/entries/', '/api/docs/'].flatMap((root) => OUT.map((path) => root + path)),
)('no path leads out: %s', async (path) => {
  const { url } = await useService(database)
  const client = await connectRaw(url)
  client.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  const { text } = await client.closed()
  expect(text).toMatch(/^HTTP\/1\.1 (200|302|4\d\d) /)
  expect(text).not.toMatch(/"devDependencies"|root:x:/)
})
