import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'

// The cookie of a session. With https nobody but this very host can have set it (the prefix __Host-,
// RFC 6265bis section 4.1.3); over plain HTTP, which is for this machine, it goes to /api alone, since
// cookies do not tell ports apart.

export type Scheme = 'http' | 'https'

export function sessionId(c: Context, scheme: Scheme): string | undefined {
  return getCookie(c, nameFor(scheme))
}

/** `seconds`: how long the browser keeps it. */
export function setSessionId(c: Context, scheme: Scheme, id: string, seconds: number): void {
  setCookie(c, nameFor(scheme), id, { ...attributesFor(scheme), maxAge: seconds })
}

export function dropSessionId(c: Context, scheme: Scheme): void {
  deleteCookie(c, nameFor(scheme), attributesFor(scheme))
}

function nameFor(scheme: Scheme): string {
  return scheme === 'https' ? '__Host-reprise' : 'reprise'
}

function attributesFor(scheme: Scheme) {
  const isSecure = scheme === 'https'
  return {
    httpOnly: true,
    sameSite: 'Strict',
    secure: isSecure,
    path: isSecure ? '/' : '/api',
  } as const
}
