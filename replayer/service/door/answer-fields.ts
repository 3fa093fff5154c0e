import type { MiddlewareHandler } from 'hono'

// What every answer says to the browser that gets it.

/** Pages load their own files, and nothing runs that stands in the page itself (CSP level 3). */
const PAGE = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * Of the two style elements that Redoc makes, by their hashes: one is filled by its script, the other is
 * that of its scroll bars. Another version may have another: then the test of the page says so, and a
 * browser's console says which.
 */
const STYLES_OF_REDOC = [
  "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
].join(' ')

/** Swagger UI and Redoc have small pictures in their styles. */
const DOCUMENTATION = PAGE.replace(
  "style-src 'self'",
  `style-src 'self' ${STYLES_OF_REDOC}`,
).replace("img-src 'self'", "img-src 'self' data:")

/** What is no page is none, whoever makes a browser open it. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'; sandbox"

const DOCUMENTATION_PATH = /^\/api\/(docs(\/.*)?|schema)$/

export const answerFields: MiddlewareHandler = async (c, next) => {
  await next()
  const isDocumentation = DOCUMENTATION_PATH.test(c.req.path)
  const isPage = c.res.headers.get('content-type')?.startsWith('text/html') === true
  const policy = isPage ? (isDocumentation ? DOCUMENTATION : PAGE) : NO_PAGE
  // What a browser kept has its policy: that of a 304, which has no type, would take its place.
  if (c.res.status !== 304) c.header('Content-Security-Policy', policy)
  c.header('X-Content-Type-Options', 'nosniff')
  c.header('Referrer-Policy', 'no-referrer')
  c.header('Cross-Origin-Resource-Policy', 'same-origin')
  c.header('Cross-Origin-Opener-Policy', 'same-origin')
  // For browsers that do not know frame-ancestors.
  c.header('X-Frame-Options', 'DENY')
  // Nothing of the journal stays on a disk of the browser's, unless a route knows better.
  if (c.req.path.startsWith('/api/') && !isDocumentation && !c.res.headers.has('cache-control')) {
    c.header('Cache-Control', 'no-store')
  }
}
