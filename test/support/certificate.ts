import { generateKeyPairSync, sign } from 'node:crypto'

export interface Certificate {
  /** Both PEM. */
  cert: string
  key: string
}

interface Particulars {
  /** From 1 to 127. */
  serial?: number
  /** In ms since 1970. */
  validFrom?: number
  validTo?: number
}

/**
 * A certificate that vouches for itself, for an IPv4 address or a DNS name, valid for a day.
 * Made here, for node:crypto makes none and a machine may have no openssl (RFC 5280, DER).
 */
export function selfSigned(name: string, particulars: Particulars = {}): Certificate {
  const now = Date.now()
  const { serial = 1, validFrom = now - HOUR, validTo = now + 24 * HOUR } = particulars
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecdsaWithSha256 = sequence(oid(1, 2, 840, 10_045, 4, 3, 2))
  const subject = sequence(der(0x31, sequence(oid(2, 5, 4, 3), der(0x0c, Buffer.from(name)))))
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([serial])),
    ecdsaWithSha256,
    subject,
    sequence(time(validFrom), time(validTo)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(alternativeName(name), authority())),
  )
  const signature = der(0x03, Buffer.from([0]), sign('sha256', signed, privateKey))
  const base64 = sequence(signed, ecdsaWithSha256, signature).toString('base64')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}

const HOUR = 3_600_000

function alternativeName(name: string): Buffer {
  const isAddress = /^[\d.]+$/.test(name)
  const value = isAddress ? Buffer.from(name.split('.').map(Number)) : Buffer.from(name)
  const names = sequence(der(isAddress ? 0x87 : 0x82, value))
  return sequence(oid(2, 5, 29, 17), der(0x04, names))
}

function authority(): Buffer {
  const isTrue = der(0x01, Buffer.from([0xff]))
  return sequence(oid(2, 5, 29, 19), isTrue, der(0x04, sequence(isTrue)))
}

function time(at: number): Buffer {
  return der(0x18, Buffer.from(new Date(at).toISOString().replaceAll(/[-:T]|\.\d+/g, '')))
}

function oid(first: number, second: number, ...rest: number[]): Buffer {
  const bytes = rest.flatMap((arc) => {
    const groups = [arc & 0x7f]
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80)
    return groups
  })
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]))
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts)
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : [0x82, length >>> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
