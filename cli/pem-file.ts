import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { codeOf, messageOf } from '../journal/problem.ts'
import type { Setting } from './settings.ts'

// Files of certificates and keys, read where the setting that names them is.

/** PEM (RFC 7468), and where it was read. */
export interface PemFile {
  file: string
  pem: string
}

export function certificateFile(help: string): Setting<PemFile> {
  return { expects: 'FILE', help, parse: readCertificates }
}

export function keyFile(help: string): Setting<PemFile> {
  return { expects: 'FILE', help, parse: readKey }
}

/** The first one: that of whoever has the key, where there are several. */
export function firstCertificate({ pem }: PemFile): X509Certificate {
  return new X509Certificate(certificatesIn(pem)[0]!)
}

/** What is expected instead of this key, or null where it is that of the certificate. */
export function flawOfPair(certificate: PemFile, key: PemFile): string | null {
  if (firstCertificate(certificate).checkPrivateKey(createPrivateKey(key.pem))) return null
  return `the key of the certificate in '${certificate.file}', but '${key.file}' holds another one`
}

/** A warning where the certificate is of no use at this moment, or null. */
export function flawOfDates(certificate: PemFile, now = Date.now()): string | null {
  const { validFrom, validTo } = firstCertificate(certificate)
  if (Date.parse(validTo) < now)
    return `the certificate in '${certificate.file}' expired: ${validTo}`
  if (Date.parse(validFrom) <= now) return null
  return `the certificate in '${certificate.file}' is not valid before ${validFrom}`
}

function readCertificates(file: string): PemFile {
  const expected = 'expected a PEM file with a certificate'
  const { pem, bytes } = readPem(file, expected)
  const found = certificatesIn(pem)
  if (found.length === 0)
    throw new Error(`${expected}, but '${file}' holds none${derHint(bytes, 'x509')}`)
  for (const [index, one] of found.entries()) {
    try {
      void new X509Certificate(one)
    } catch (error) {
      throw new Error(
        `${expected}, but number ${index + 1} in '${file}' is broken (${messageOf(error)}); ` +
          'copy it again from where it came',
        { cause: error },
      )
    }
  }
  return { file, pem }
}

function readKey(file: string): PemFile {
  const expected = 'expected a PEM file with a private key'
  const { pem, bytes } = readPem(file, expected)
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw new Error(`${expected}, but '${file}' holds none${derHint(bytes, 'pkey')}`)
  }
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    throw new Error(
      `${expected} that is not encrypted, but that in '${file}' is; ` +
        `take its passphrase off: openssl pkey -in '${file}' -out plain.pem`,
    )
  }
  try {
    createPrivateKey(pem)
  } catch (error) {
    throw new Error(
      `${expected}, but that in '${file}' is broken (${messageOf(error)}); ` +
        'copy it again from where it came',
      { cause: error },
    )
  }
  return { file, pem }
}

function certificatesIn(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? []
}

function readPem(file: string, expected: string): { pem: string; bytes: Buffer } {
  if (file === '') throw new Error('expected FILE, got nothing')
  try {
    const bytes = readFileSync(file)
    return { pem: bytes.toString('latin1'), bytes }
  } catch (error) {
    const why = UNREADABLE[codeOf(error) ?? ''] ?? `cannot be read (${messageOf(error)})`
    throw new Error(`${expected}, but '${file}' ${why}`, { cause: error })
  }
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'is not there; a path is taken from the folder that reprise was started in',
  EACCES: 'may not be read by this user; give it the right to',
  EPERM: 'may not be read by this user; give it the right to',
  EISDIR: 'is a folder; name the file in it',
}

/** The other form that such files come in begins with a SEQUENCE (X.690). */
function derHint(bytes: Buffer, command: 'x509' | 'pkey'): string {
  if (bytes[0] !== 0x30) return '; is it the right file?'
  return `; it may be DER: openssl ${command} -inform der -in FILE -out FILE.pem makes PEM of it`
}
