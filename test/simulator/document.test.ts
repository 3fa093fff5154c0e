import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { send, simulator } from './client.ts'

interface Operation {
  operationId: string
  parameters?: { name: string; in: string }[]
  requestBody?: unknown
  responses: Record<string, unknown>
}

interface Document {
  openapi: string
  paths: Record<string, Record<string, Operation>>
}

let assetsDir: string

beforeAll(async () => {
  assetsDir = await mkdtemp(join(tmpdir(), 'reprise-assets-'))
  const build = join(import.meta.dirname, '../../assets/build.mjs')
  await promisify(execFile)(process.execPath, [build, assetsDir])
})

afterAll(async () => rm(assetsDir, { recursive: true }))

describe('the document', () => {
  test('is OpenAPI 3.1 and names every route with its answers', async () => {
    const { openapi, paths } = await documentOf()
    expect(openapi).toBe('3.1.0')
    const answers = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(
        ([method, { responses }]) => `${method} ${path}: ${Object.keys(responses).join(' ')}`,
      ),
    )
    expect(answers.sort()).toStrictEqual([
      'delete /api/commands/{id}: 204 400 404 default',
      'delete /api/commands: 200 400 default',
      'get /api/commands/{id}: 200 400 404 default',
      'get /api/commands: 200 400 default',
      'get /api/docs/redoc: 200 400 503 default',
      'get /api/docs/swagger: 200 400 503 default',
      'get /api/schema: 200 400 default',
      'get /health: 200 400 default',
      'patch /api/commands/{id}: 200 400 404 default',
      'post /api/commands: 201 400 default',
      'post /api/reboot: 200 400 default',
    ])
  })

  test('offers the Simulate header everywhere, and ids where the path has one', async () => {
    const { paths } = await documentOf()
    for (const [path, operations] of Object.entries(paths)) {
      const expected = path.includes('{id}') ? ['header Simulate', 'path id'] : ['header Simulate']
      for (const { parameters = [] } of Object.values(operations)) {
        expect(parameters.map((one) => `${one.in} ${one.name}`).sort()).toStrictEqual(expected)
      }
    }
  })

  test('has a body where one is read, an id on each operation, and no loose reference', async () => {
    const document = await documentOf()
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
    const withBody = operations.filter((operation) => operation.requestBody !== undefined)
    expect(withBody.map((operation) => operation.operationId)).toStrictEqual([
      'addCommand',
      'changeCommand',
    ])
    expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(11)
    for (const [, pointer] of JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)) {
      expect({ pointer, target: resolve(document, pointer as string) }).toMatchObject({
        target: expect.anything() as unknown,
      })
    }
  })
})

describe('the documentation pages', () => {
  test.for(['swagger', 'redoc'])(
    '%s loads its own files only, and they are there',
    async (name) => {
      const sim = await simulator({ assetsDir })
      const page = await fetch(`${sim.url}/api/docs/${name}`)
      expect(page.status).toBe(200)
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
      const html = await page.text()
      expect(html).not.toMatch(/<script(?![^>]* src=)|<style| on\w+=|\bstyle=|https?:|\/\//i)
      expect(html).toContain("default-src 'none'; script-src 'self';")
      const links = [...html.matchAll(/ (?:src|href)="([^"]*)"/g)].map(([, link]) => link as string)
      expect(links.length).toBeGreaterThan(3)
      for (const link of links.filter((one) => one !== 'data:,')) {
        const file = await fetch(new URL(link, page.url))
        await file.arrayBuffer()
        expect({ link, status: file.status }).toStrictEqual({ link, status: 200 })
        expect(file.headers.get('content-type')).toMatch(/^text\/(javascript|css);/)
      }
      const script = await readFile(join(assetsDir, `${name}.js`), 'utf8')
      const [, schema] = /'(\.\.\/schema)'/.exec(script) as RegExpExecArray
      expect((await send(new URL(schema as string, page.url).href)).status).toBe(200)
    },
  )

  test('no file in the folder loads a logo, font, style or validator from outside', async () => {
    const files = (await readdir(assetsDir)).filter((name) => /\.(js|css|html)$/.test(name))
    expect(files).toContain('redoc.standalone.js')
    const outside =
      /cdn\.redoc|fonts\.googleapis|fonts\.gstatic|@import|url\(["']?(https?:)?\/\/|src:\s*["']https?:/
    for (const name of files) {
      const text = await readFile(join(assetsDir, name), 'utf8')
      expect({ name, found: outside.exec(text)?.[0] }).toStrictEqual({ name, found: undefined })
    }
    expect(await readFile(join(assetsDir, 'swagger.js'), 'utf8')).toContain('validatorUrl: null')
  })

  test('the licences of what is served lie beside it', async () => {
    const files = await readdir(assetsDir)
    for (const name of ['swagger-ui.LICENSE.txt', 'redoc.LICENSE.txt']) {
      expect(files).toContain(name)
    }
    const sim = await simulator({ assetsDir })
    const licence = await fetch(`${sim.url}/api/docs/redoc.standalone.js.LICENSE.txt`)
    await licence.arrayBuffer()
    expect(licence.status).toBe(200)
  })

  test('the bare path leads to Swagger UI', async () => {
    const sim = await simulator({ assetsDir })
    const answer = await send(`${sim.url}/api/docs`)
    expect([answer.status, answer.headers.get('location')]).toStrictEqual([
      302,
      '/api/docs/swagger',
    ])
  })

  test.for(['..%2fqueue.js', '%2e%2e%2fmain.js', '..%5cmain.js', '.hidden.js', 'nothing.js', 'x'])(
    '%s is not there',
    async (name) => {
      const sim = await simulator({ assetsDir })
      const answer = await send(`${sim.url}/api/docs/${name}`)
      expect(answer).toMatchObject({ status: 404, json: { error: 'Not found.' } })
    },
  )

  test('without a build, the answer is a 503 that says what to do', async () => {
    const sim = await simulator({ assetsDir: join(assetsDir, 'missing') })
    const answer = await send(`${sim.url}/api/docs/swagger`)
    expect(answer.status).toBe(503)
    expect(answer.json).toStrictEqual({
      error: 'The documentation pages are not built: run npm run build.',
    })
  })
})

async function documentOf(): Promise<Document> {
  const sim = await simulator()
  return (await send(`${sim.url}/api/schema`)).json as Document
}

function resolve(document: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document)
}
