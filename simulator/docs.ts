import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { Hono } from 'hono'

/**
 * The pages `swagger` and `redoc` and the files they load, to be mounted at a path whose
 * sibling `schema` is the document. `assetsDir` is the folder that `assets/build.mjs`
 * made; default: `dist/assets` of this package. Looked for at each request, so a build
 * that comes after the start is seen; without one every path answers 503.
 */
export function docsPages(assetsDir: string | undefined): Hono {
  const pages = new Hono()
  pages.get('/', (c) => c.redirect(`${c.req.path}/swagger`))
  pages.get('/:name', async (c) => {
    const dir = (assetsDir === undefined ? PLACES : [assetsDir]).find(isBuilt)
    if (dir === undefined) {
      return c.json({ error: 'The documentation pages are not built: run npm run build.' }, 503)
    }
    const file = fileOf(c.req.param('name'))
    const bytes = file && (await readFile(join(dir, file.name)).catch(() => undefined))
    if (!file || !bytes) return c.notFound()
    return c.body(new Uint8Array(bytes), 200, {
      'Content-Type': file.type,
      'Cache-Control': 'no-cache',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
    })
  })
  return pages
}

/** Beside the compiled file, and as seen from the source. */
const PLACES = ['../assets', '../dist/assets'].map((place) => join(import.meta.dirname, place))

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
}

/** The bundle tells a built folder from `assets/` of the source, which has only our pages. */
function isBuilt(dir: string): boolean {
  return existsSync(join(dir, 'redoc.standalone.js'))
}

/** One plain file name: no separator and no leading dot, so it cannot leave the folder. */
function fileOf(name: string): { name: string; type: string } | undefined {
  const file = name === 'swagger' || name === 'redoc' ? `${name}.html` : name
  const type = TYPES[extname(file)]
  return type !== undefined && /^\w[\w.-]*$/.test(file) ? { name: file, type } : undefined
}
