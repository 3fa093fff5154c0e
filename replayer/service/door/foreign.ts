import type { Context } from 'hono'

// Requests that another site's page makes a browser send (CSRF). The browser adds by itself what lets
// them in: a cookie, or the way through an identity proxy, or that it runs on this machine.

/** A field that no page of another site can set without being asked about it first (CORS). */
export const OWN_FIELD = 'reprise-request'

/** Whether a request may change something. */
export function isChanging({ req }: Context): boolean {
  return !['GET', 'HEAD', 'OPTIONS'].includes(req.method)
}

/**
 * Who sent it, as far as the request itself tells: a page of this service (or a user, by hand), one of
 * another origin, or `nobody_says`: no browser, which would have said.
 */
export function origin({ req }: Context): 'own' | 'foreign' | 'nobody_says' {
  // The browser's own word, whatever proxies made of Host.
  const site = req.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? 'own' : 'foreign'
  const from = req.header('origin')
  if (from !== undefined) {
    const host = URL.canParse(from) ? new URL(from).host : ''
    return host !== '' && host === new URL(req.url).host ? 'own' : 'foreign'
  }
  return req.header(OWN_FIELD) === undefined ? 'nobody_says' : 'own'
}
