import { createHash, type Hash } from 'node:crypto'
import {
  fieldPairs,
  fieldValue,
  fieldValues,
  withFieldValue,
  type RawFields,
} from '../../wire/fields.ts'

// Digests of a body that is another one now (RFC 1864, RFC 3230, RFC 9530): made anew by the algorithms
// that are known; of others they are left out, for they would be wrong.

export function withDigests(fields: RawFields, body: Buffer): string[] {
  return redigested(fields, (algorithm) => hashOf(algorithm)?.update(body).digest('base64'))
}

export function withoutDigests(fields: RawFields): string[] {
  return redigested(fields, () => undefined)
}

/** Of a body that streams: what its head would say of it is said behind it (RFC 9530 section 6.5). */
export class RunningDigests {
  readonly #hashes = new Map<string, Hash>()
  /** Fields of the head that go behind the body. */
  readonly #moved: [name: string, value: string][]

  /** `fields`: of the head. */
  constructor(fields: RawFields) {
    const said = fieldPairs(fields).filter(([name]) => TRAILING.test(name))
    // By which algorithm those are that come in trailers is told there.
    const isAwaited = fieldValues(fields, 'trailer').some((names) => /-digest\b/i.test(names))
    const named = said.flatMap(([, value]) => algorithmsOf(value))
    for (const algorithm of isAwaited ? [...named, 'sha-256', 'sha-512'] : named) {
      const hash = hashOf(algorithm)
      if (hash !== undefined) this.#hashes.set(algorithm.toLowerCase(), hash)
    }
    this.#moved = said.filter(([, value]) =>
      algorithmsOf(value).some((one) => this.#hashes.has(one.toLowerCase())),
    )
  }

  add(bytes: Buffer): void {
    for (const hash of this.#hashes.values()) hash.update(bytes)
  }

  /** The head's fields, where Trailer says what will come. */
  announced(fields: string[]): string[] {
    const known = fieldValue(fields, 'trailer') ?? ''
    const more = this.#moved
      .map(([name]) => name)
      .filter((name) => !known.toLowerCase().includes(name.toLowerCase()))
    if (more.length === 0) return fields
    if (known === '') return [...fields, 'Trailer', more.join(', ')]
    return withFieldValue(fields, 'trailer', [known, ...more].join(', '))
  }

  /** The trailers, with digests of all that passed. */
  trailing(trailers: RawFields): string[] {
    const moved = this.#moved.filter(
      ([name]) => fieldValue(trailers, name.toLowerCase()) === undefined,
    )
    return redigested([...trailers, ...moved.flat()], (algorithm) =>
      this.#hashes.get(algorithm.toLowerCase())?.copy().digest('base64'),
    )
  }
}

const TRAILING = /^(?:content|repr)-digest$/i

/** In base64; undefined: it cannot be told. */
type DigestOf = (algorithm: string) => string | undefined

function redigested(fields: RawFields, digestOf: DigestOf): string[] {
  return fieldPairs(fields).flatMap(([name, value]) => {
    const now = digestField(name.toLowerCase(), value, digestOf)
    return now === undefined ? [] : [name, now]
  })
}

function digestField(name: string, value: string, digestOf: DigestOf): string | undefined {
  switch (name) {
    case 'content-md5':
      return digestOf('md5')
    case 'digest':
      return parts(value, digestOf, (algorithm, digest) => `${algorithm}=${digest}`)
    case 'content-digest':
    case 'repr-digest':
      return parts(value, digestOf, (algorithm, digest) => `${algorithm}=:${digest}:`)
    default:
      return value
  }
}

function parts(
  value: string,
  digestOf: DigestOf,
  made: (algorithm: string, digest: string) => string,
): string | undefined {
  const now = algorithmsOf(value).flatMap((algorithm) => {
    const digest = digestOf(algorithm)
    return digest === undefined ? [] : [made(algorithm, digest)]
  })
  return now.length === 0 ? undefined : now.join(', ')
}

function algorithmsOf(value: string): string[] {
  return value.split(',').map((part) => part.slice(0, Math.max(part.indexOf('='), 0)).trim())
}

const HASHES: Readonly<Record<string, string>> = {
  md5: 'md5',
  sha: 'sha1',
  'sha-256': 'sha256',
  'sha-512': 'sha512',
}

/** Undefined: by an algorithm that is not known. */
function hashOf(algorithm: string): Hash | undefined {
  const name = HASHES[algorithm.toLowerCase()]
  return name === undefined ? undefined : createHash(name)
}
