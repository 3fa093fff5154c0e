import { readFile } from 'node:fs/promises'
import type { Context, Hono, Next } from 'hono'
import { etag } from 'hono/etag'
import { serveStatic } from '@hono/node-server/serve-static'
import type { DoorEnv } from './door/caller.ts'
import { packageFile } from '../../journal/package-file.ts'

/** Addresses of the page itself: it reads from them what to show. */
const VIEWS = [
  ...['/', '/entries/:id', '/runs', '/runs/:id', '/runs/:id/against/:other'],
  ...['/replay', '/state', '/trail'],
]

/** Serves the page from the package. */
export function addPage(api: Pick<Hono<DoorEnv>, 'get'>): void {
  const file = serveStatic({ root: packageFile('dist/dashboard'), precompressed: true })
  const index = serveStatic({ root: packageFile('dist/dashboard'), path: 'index.html' })
  for (const view of VIEWS) {
    api.get(view, headed({ 'Cache-Control': 'no-cache' }), etag(), index)
  }
  // Their names change with what is in them.
  api.get('/assets/*', headed({ 'Cache-Control': 'public, max-age=31536000, immutable' }), file)
  api.get('/:file{theme.js|favicon.svg}', headed({ 'Cache-Control': 'no-cache' }), etag(), file)
}

/** Whether somebody typed an address that is none: browsers ask for HTML, programs do not. */
export function wantsPage(c: Context): boolean {
  const { path, method } = c.req
  const isApi = /^\/(api|assets)(\/|$)/.test(path)
  const isAsking = method === 'GET' || method === 'HEAD'
  return isAsking && !isApi && /\btext\/html\b/.test(c.req.header('accept') ?? '')
}

/** The page, which says that there is nothing. */
export async function answerPage(c: Context): Promise<Response> {
  return c.html(await readFile(packageFile('dist/dashboard/index.html'), 'utf8'), 404)
}

/** Adds fields to what is found; what is not there says so without them. */
function headed(fields: Readonly<Record<string, string>>) {
  return async (c: Context, next: Next) => {
    await next()
    if (c.res.status !== 200 && c.res.status !== 304) return
    for (const [name, value] of Object.entries(fields)) c.res.headers.set(name, value)
  }
}
