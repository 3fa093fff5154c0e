import { expect, test } from 'vitest'
import { createDatabase } from '../../../support/database.ts'
import { record } from '../../recording.ts'
import { useService } from '../client.ts'
import { people } from './people.ts'

// Whatever was recorded, no browser takes it for a page of this service, or runs any of it.

const database = await createDatabase()

function policyOf(headers: Headers): Record<string, string> {
  const parts = headers.get('content-security-policy')!.split('; ')
  return Object.fromEntries(parts.map((part) => [part.split(' ')[0], part.replace(/^\S+ ?/, '')]))
}

test.each([
  ['text/html', '<script>alert(document.cookie)</script>'],
  ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
  ['application/xhtml+xml', '<html xmlns="http://www.w3.org/1999/xhtml"/>'],
  ['application/pdf', '%PDF-1.7'],
  ['text/javascript', 'alert(1)'],
])('a recorded %s is bytes to be kept, not to be shown', async (type, content) => {
  const { journal, get } = await useService(database)
  const [id] = await record(journal, 'pages', [
    { answerFields: ['Content-Type', type], answerBody: content, body: content },
  ])
  for (const side of ['request', 'response']) {
    const { status, headers, body } = await get(`/api/entries/${id}/bodies/${side}`)
    expect({ status, body }).toStrictEqual({ status: 200, body: content })
    expect(headers.get('content-type')).toBe('application/octet-stream')
    expect(headers.get('content-disposition')).toBe(`attachment; filename="entry-${id}-${side}"`)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(policyOf(headers)).toStrictEqual({
      ...{ 'default-src': "'none'", 'frame-ancestors': "'none'", sandbox: '' },
    })
  }
  const whole = await get(`/api/entries/${id}`)
  expect(whole.type).toMatch(/^application\/json/)
})

test('every answer keeps frames, sniffing and referrers out, refusals too', async () => {
  const { journal, get } = await useService(database, {}, people())
  await record(journal, 'fields', [{}])
  const paths = ['/', '/health', '/api/schema', '/api/streams', '/nothing', '/api/docs/swagger']
  for (const path of [
    ...paths,
    '/api/docs/redoc',
    '/api/docs/swagger.js',
    '/api/entries?limit=0',
  ]) {
    const { headers } = await get(path)
    expect({ path, ...Object.fromEntries(headers) }).toMatchObject({
      ...{ path, 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' },
      ...{ 'referrer-policy': 'no-referrer', 'cross-origin-resource-policy': 'same-origin' },
    })
    expect(policyOf(headers)).toMatchObject({
      ...{ 'default-src': "'none'", 'frame-ancestors': "'none'" },
    })
  }
})

test('no page runs a script that stands in it, or loads one from elsewhere', async () => {
  const { get } = await useService(database)
  for (const page of ['swagger', 'redoc']) {
    const { headers, body } = await get(`/api/docs/${page}`)
    const policy = policyOf(headers)
    expect(policy).toMatchObject({
      ...{ 'script-src': "'self'", 'connect-src': "'self'" },
      ...{ 'base-uri': "'none'", 'form-action': "'none'" },
    })
    expect(JSON.stringify(policy)).not.toMatch(/unsafe-|http|\*/)
    expect(body).not.toMatch(/<script(?![^>]* src=)[^>]*>|\son\w+=|javascript:/i)
  }
})

test('nothing of the journal stays in a cache', async () => {
  const { journal, get } = await useService(database)
  const [id] = await record(journal, 'cached', [{ body: 'x' }])
  const paths = ['/api/streams', '/api/entries', `/api/entries/${id}`, '/api/runs', '/api/session']
  for (const path of [...paths, `/api/entries/${id}/bodies/request`, '/api/entries/x']) {
    const { headers } = await get(path)
    expect({ path, kept: headers.get('cache-control') }).toStrictEqual({ path, kept: 'no-store' })
  }
})
