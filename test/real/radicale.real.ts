import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { startBackend } from './backend.ts'
import { debianProgram } from './debian-program.ts'
import { restored } from './restored.ts'

const database = await createDatabase()
const HOME = '/ada/'

const event = (uid: string, summary: string) =>
  `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:${uid}
DTSTAMP:20260115T120000Z
DTSTART:20260116T120000Z
DTEND:20260116T130000Z
SUMMARY:${summary}
END:VEVENT
END:VCALENDAR
`.replaceAll('\n', '\r\n')

interface Asked {
  path: string
  body?: string
  headers?: Record<string, string>
  status: number
}

async function ask(url: string, method: string, asked: Asked): Promise<Response> {
  const { path, body, headers = {}, status } = asked
  const authorization = `Basic ${Buffer.from('ada:x').toString('base64')}`
  const answer = await fetch(url + path, {
    method,
    headers: { authorization, ...headers },
    ...(body !== undefined && { body }),
  })
  expect(answer.status, `${method} ${path}: ${await answer.clone().text()}`).toBe(status)
  return answer
}

async function drive(url: string): Promise<void> {
  const calendar = `${HOME}work/`
  const xml = { 'Content-Type': 'application/xml' }
  await ask(url, 'MKCALENDAR', { path: calendar, status: 201, headers: xml, body: MKCALENDAR })
  await ask(url, 'MKCOL', { path: `${HOME}people/`, status: 201, headers: xml, body: MKCOL })
  for (let i = 0; i < 8; i++) {
    const path = `${calendar}event-${i}.ics`
    const put = { path, body: event(`uid-${i}`, `first ${i}`), status: 201 }
    const made = await ask(url, 'PUT', { ...put, headers: { 'If-None-Match': '*' } })
    const etag = made.headers.get('etag')!
    const changed = { path, body: event(`uid-${i}`, `changed ${i}`), status: 201 }
    await ask(url, 'PUT', { ...changed, headers: { 'If-Match': etag } })
    // Who comes with an old one is refused, and changes nothing.
    await ask(url, 'PUT', { ...changed, headers: { 'If-Match': etag }, status: 412 })
  }
  const destination = `${url}${calendar}moved.ics`
  await ask(url, 'MOVE', {
    ...{ path: `${calendar}event-1.ics`, status: 201 },
    headers: { Destination: destination, Overwrite: 'F' },
  })
  const found = await ask(url, 'REPORT', {
    ...{ path: calendar, status: 207, headers: { ...xml, Depth: '1' } },
    body: SYNC,
  })
  expect(await found.text()).toContain('moved.ics')
  const last = await ask(url, 'GET', { path: `${calendar}event-2.ics`, status: 200 })
  await ask(url, 'DELETE', {
    ...{ path: `${calendar}event-2.ics`, status: 200 },
    headers: { 'If-Match': last.headers.get('etag')! },
  })
  await ask(url, 'PROPPATCH', { path: calendar, status: 207, headers: xml, body: PROPPATCH })
}

const MKCALENDAR = `<?xml version="1.0"?><C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
<D:set><D:prop><D:displayname>Work &amp; more</D:displayname></D:prop></D:set></C:mkcalendar>`
const MKCOL = `<?xml version="1.0"?><D:mkcol xmlns:D="DAV:" xmlns:CR="urn:ietf:params:xml:ns:carddav">
<D:set><D:prop><D:resourcetype><D:collection/><CR:addressbook/></D:resourcetype>
<D:displayname>People</D:displayname></D:prop></D:set></D:mkcol>`
const PROPPATCH = `<?xml version="1.0"?><D:propertyupdate xmlns:D="DAV:" xmlns:I="http://apple.com/ns/ical/">
<D:set><D:prop><I:calendar-color>#ff0000</I:calendar-color></D:prop></D:set></D:propertyupdate>`
const SYNC = `<?xml version="1.0"?><D:sync-collection xmlns:D="DAV:"><D:sync-token/>
<D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>`

/** All that is in the home, as its own listing and its own reads show it. */
async function stateOf(url: string): Promise<unknown> {
  const headers = { Depth: 'infinity', 'Content-Type': 'application/xml' }
  const list = await ask(url, 'PROPFIND', { path: HOME, status: 207, headers })
  const text = await list.text()
  const paths = [...text.matchAll(/<href>(\/ada\/[^<]*)<\/href>/g)].map(([, path]) => path!)
  const items = [...new Set(paths)].filter((path) => path.endsWith('.ics')).sort()
  const contents = items.map(async (path) => {
    const answer = await ask(url, 'GET', { path, status: 200 })
    return [path, await answer.text()]
  })
  const colours = [...text.matchAll(/calendar-color[^>]*>([^<]*)</g)].map(([, colour]) => colour)
  return { paths: [...new Set(paths)].sort(), colours, contents: await Promise.all(contents) }
}

test('radicale: calendars by CalDAV, with conditions and unusual methods, are there again', async () => {
  const program = debianProgram('radicale')
  const folder = emptyFolder()
  await restored({
    ...{ database, stream: 'calendars', drive, state: stateOf },
    async begin(port) {
      await rm(folder, { recursive: true, force: true })
      await mkdir(folder)
      const command = (at: number) =>
        [
          ...[program, `--server-hosts=127.0.0.1:${at}`, '--auth-type=none', '--config='],
          `--storage-filesystem-folder=${join(folder, 'collections')}`,
        ] as unknown as [string]
      return startBackend(command, { cwd: folder, ...(port && { port }) })
    },
  })
})
