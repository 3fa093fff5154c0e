import { expect, test } from 'vitest'
import { isRefusal } from '../../backend/look.ts'

const failed = (code: string) => Object.assign(new Error(code), { code })

test('nobody is there: refused, and nothing that our own side or its certificate is the reason of', () => {
  for (const code of ['ECONNREFUSED', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENOTFOUND', 'ECONNRESET']) {
    expect(isRefusal(failed(code)), code).toBe(true)
  }
  const others = ['EMFILE', 'EADDRNOTAVAIL', 'ENETUNREACH', 'EAI_AGAIN', 'CERT_HAS_EXPIRED']
  for (const code of [...others, 'ETIMEDOUT']) {
    expect(isRefusal(failed(code)), code).toBe(false)
  }
  expect(isRefusal(new DOMException('given up', 'AbortError'))).toBe(false)
  expect(isRefusal(undefined)).toBe(false)
})
