import { readdirSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { packageFile } from '../../../journal/package-file.ts'
import { createDatabase } from '../../support/database.ts'
import { useService } from './client.ts'

// The page as `npm run build` left it, and how it is served.

const database = await createDatabase()

test.each([
  '/',
  '/?status=5xx',
  '/entries/17',
  '/runs',
  '/runs/3?outcome=differs',
  '/runs/3/against/4',
  '/replay?id=3',
  '/state',
  '/trail',
])(
  '%s is the page, under a policy that lets in nothing from outside and nothing inline',
  async (path) => {
    const { url } = await useService(database)
    const answer = await fetch(url + path)
    expect(await answer.text()).toContain('<div id="page">')
    expect(answer.headers.get('content-type')).toMatch('text/html')
    const policy = answer.headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';")
    expect(policy).not.toMatch(/unsafe|https?:|\*|data:/)
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  },
)

test('an address that is none is told by the page to a browser, and as a problem to programs', async () => {
  const { url } = await useService(database)
  const browser = { headers: { Accept: 'text/html,*/*;q=0.8' } }
  const told = await fetch(`${url}/entrees/17`, browser)
  expect(told.status).toBe(404)
  expect(await told.text()).toContain('<div id="page">')
  expect(told.headers.get('content-security-policy')).toContain("script-src 'self'")
  const head = await fetch(`${url}/entrees/17`, { ...browser, method: 'HEAD' })
  expect(head.headers.get('content-type')).toBe(told.headers.get('content-type'))
  for (const path of ['/api/entrees', '/assets/none.js', '/api'])
    expect((await fetch(url + path, browser)).headers.get('content-type')).toMatch('problem+json')
  expect((await fetch(`${url}/entrees/17`)).headers.get('content-type')).toMatch('problem+json')
})

test('what the page loads comes from the service, compressed where the browser takes it', async () => {
  const { url } = await useService(database)
  const html = await (await fetch(url)).text()
  const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!)
  expect(loaded.length).toBeGreaterThan(2)
  for (const path of loaded) {
    expect(path).toMatch(/^\/[\w/.-]+$/)
    const answer = await fetch(url + path, { headers: { 'Accept-Encoding': 'br' } })
    await answer.text()
    const coding = answer.headers.get('content-encoding')
    expect({ path, status: answer.status, coding }).toEqual({ path, status: 200, coding: 'br' })
  }
  expect(html).not.toMatch(/<script(?![^>]*src=)|<style|style=|https?:\/\//)
})

test.each([
  '/assets/none.js',
  '/assets/../index.html.br',
  '/assets/%2e%2e%2findex.html',
  '/nowhere',
])('nothing else is there: %s', async (path) => {
  const { get } = await useService(database)
  expect(await get(path)).toMatchObject({ status: 404, type: 'application/problem+json' })
})

test('the first view is under 250 KB as it goes over the wire', () => {
  const folder = packageFile('dist/dashboard')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const sizes = files
    .filter((name) => name.endsWith('.gz'))
    .map((name) => statSync(`${folder}/${name}`).size)
  expect(sizes.length).toBeGreaterThan(3)
  // All that there is, so that no view is above it either.
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(250_000)
})
