import type { Socket } from 'node:net'
import type { Field } from '../message.ts'
import { FLAG } from './frames.ts'
import type { Head } from './messages.ts'
import { Http2Peer } from './peer.ts'

/** An answer as a client reads it; `cut` where its stream or its connection ended before it did. */
export interface Http2Answer {
  /** Empty where there is no head. */
  status: string
  fields: readonly Field[]
  interim: { status: string; fields: readonly Field[] }[]
  body: Buffer
  trailers: readonly Field[]
  end: 'with a head' | 'with data' | 'cut'
  /** Of a reset. */
  code: number | null
}

/** A client of what is tested. */
export class Http2Client extends Http2Peer {
  readonly #scheme: string

  constructor(tcp: Socket, socket: Socket, settings: Readonly<Record<number, number>>) {
    super(socket, 'client', settings, tcp)
    this.#scheme = tcp === socket ? 'http' : 'https'
  }

  /** A head, of which more follows; answers the number of its stream. */
  open(head: Head, flags = 0): number {
    return this.begin(this.written(head), flags)
  }

  /** As it stands on the wire. */
  written({ method, target, authority = 'case.test', fields = [] }: Head): Field[] {
    return [
      [':method', method],
      [':scheme', this.#scheme],
      ...(authority === null ? [] : [[':authority', authority] as const]),
      [':path', target],
      ...fields,
    ]
  }

  /** A whole request; answers the number of its stream. */
  request(head: Head, body?: Buffer | string): number {
    const id = this.open(head, body === undefined ? FLAG.endStream : 0)
    if (body !== undefined) void this.data(id, body)
    return id
  }

  ask(head: Head, body?: Buffer | string): Promise<Http2Answer> {
    return this.answer(this.request(head, body))
  }

  /** What comes on a stream to its end. */
  async answer(id: number): Promise<Http2Answer> {
    const { heads, chunks, ended, code } = await this.over(id)
    const isInterim = (head: Field[]) => statusOf(head).startsWith('1')
    const final = heads.findIndex((head) => !isInterim(head))
    const at = final === -1 ? heads.length : final
    const interim = heads.slice(0, at)
    const head = heads[at] ?? []
    return {
      status: statusOf(head),
      fields: withoutStatus(head),
      interim: interim.map((one) => ({ status: statusOf(one), fields: withoutStatus(one) })),
      body: Buffer.concat(chunks),
      trailers: heads[at + 1] ?? [],
      end: ended === null || ended === 'reset' ? 'cut' : ended,
      code,
    }
  }

  /** Resolves when the final head has come. */
  async headOf(id: number): Promise<string> {
    const final = () =>
      this.streams
        .get(id)!
        .heads.map(statusOf)
        .find((status) => status >= '200')
    await this.until(() => final() !== undefined)
    return final()!
  }

  /** Resolves when so much of a body has come. */
  async came(id: number, bytes: number): Promise<void> {
    const { chunks } = this.streams.get(id)!
    await this.until(() => chunks.reduce((sum, { length }) => sum + length, 0) >= bytes)
  }
}

function statusOf(head: readonly Field[]): string {
  return head.find(([name]) => name === ':status')?.[1] ?? ''
}

function withoutStatus(head: readonly Field[]): Field[] {
  return head.filter(([name]) => name !== ':status')
}
