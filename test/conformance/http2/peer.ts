import type { Socket } from 'node:net'
import { Changes } from '../changes.ts'
import type { Field } from '../message.ts'
import {
  CODE,
  firstFrame,
  FLAG,
  frame,
  headFrames,
  MAX_FRAME,
  PREFACE,
  resetFrame,
  SETTING,
  settingsFrame,
  TYPE,
  windowUpdate,
  type Frame,
} from './frames.ts'
import { encodeFields, HpackReader } from './hpack.ts'

/** What came on one stream. */
export interface Received {
  id: number
  /** Heads in the order in which they came, interim ones and trailers too. */
  heads: Field[][]
  chunks: Buffer[]
  /** What its last frame was. */
  ended: null | 'with a head' | 'with data' | 'reset'
  /** Of a reset. */
  code: number | null
  /** Whether this side has ended it, or given it up. */
  isLeft: boolean
}

interface Window {
  connection: number
  stream: Map<number, number>
  initial: number
}

const FIRST_WINDOW = 65_535

/**
 * One side of a connection of HTTP/2, frame by frame, client or server. It acknowledges what is to be
 * acknowledged and gives back the windows that are used, unless a case says that it does not.
 */
export class Http2Peer {
  readonly socket: Socket
  readonly streams = new Map<number, Received>()
  readonly frames: Frame[] = []
  readonly changes = new Changes()
  goaway: { last: number; code: number } | null = null
  /** How the connection ended; null while it goes on. */
  ended: 'end' | 'reset' | null = null
  /** What came and could not be read. */
  broken: string | null = null
  /** `stalled`: what came is not given back. */
  flow: 'open' | 'stalled' = 'open'
  readonly #tcp: Socket
  #next = 1
  #unread: Buffer = Buffer.alloc(0)
  #awaitsPreface: boolean
  /** Of what came, by stream. */
  readonly #owed = new Map<number, number>()
  readonly #half: number
  readonly #hpack = new HpackReader()
  #head: { id: number; block: Buffer[]; flags: number } | null = null
  readonly #window: Window = { connection: FIRST_WINDOW, stream: new Map(), initial: FIRST_WINDOW }

  /** `tcp` is what `socket` stands on, where that is TLS. */
  constructor(
    socket: Socket,
    role: 'client' | 'server',
    settings: Readonly<Record<number, number>> = {},
    tcp = socket,
  ) {
    this.socket = socket
    this.#tcp = tcp
    this.#awaitsPreface = role === 'server'
    // Streams share the window of their connection.
    this.#half = Math.min(16_000, (settings[SETTING.window] ?? FIRST_WINDOW) / 2)
    socket.on('data', (bytes: Buffer) => this.#take(bytes))
    socket.on('error', () => this.#end('reset'))
    socket.on('end', () => this.#end('end'))
    socket.on('close', () => this.#end('end'))
    if (role === 'client') this.send(PREFACE)
    this.send(settingsFrame(settings))
  }

  send(bytes: Buffer): void {
    if (this.socket.writable) this.socket.write(bytes)
  }

  /** A stream of its own with this head; answers its number. */
  begin(fields: readonly Field[], flags = 0): number {
    const id = this.nextId()
    this.head(id, fields, flags)
    return id
  }

  /** For a case that writes the frames itself. */
  nextId(): number {
    const id = this.#next
    this.#next += 2
    this.#streamOf(id)
    return id
  }

  head(id: number, fields: readonly Field[], flags = 0): void {
    if ((flags & FLAG.endStream) !== 0) this.#streamOf(id).isLeft = true
    this.send(headFrames(id, encodeFields(fields), flags))
  }

  /** Resolves when all of it was sent, which the windows of the other side may hold up. */
  async data(id: number, bytes: Buffer | string, flags: number = FLAG.endStream): Promise<void> {
    const all = Buffer.from(bytes as Buffer)
    const stream = this.#streamOf(id)
    let at = 0
    do {
      await this.changes.until(
        () => all.length === 0 || this.#room(id) > 0 || this.ended !== null || stream.isLeft,
      )
      if (this.ended !== null || stream.isLeft) return
      const part = all.subarray(at, at + Math.min(MAX_FRAME, Math.max(0, this.#room(id))))
      at += part.length
      this.#window.connection -= part.length
      this.#window.stream.set(id, this.#streamRoom(id) - part.length)
      if (at === all.length && (flags & FLAG.endStream) !== 0) stream.isLeft = true
      this.send(frame(TYPE.data, at === all.length ? flags : 0, id, part))
    } while (at < all.length)
  }

  reset(id: number, code: number = CODE.cancel): void {
    this.#streamOf(id).isLeft = true
    this.send(resetFrame(id, code))
  }

  /** Resolves when nothing more will come on a stream. */
  async over(id: number): Promise<Received> {
    const stream = this.#streamOf(id)
    await this.changes.until(() => stream.ended !== null || this.ended !== null)
    return stream
  }

  /** Resolves when what has come matches. */
  async until(holds: () => boolean): Promise<void> {
    await this.changes.until(() => holds() || this.ended !== null)
    if (!holds()) throw new Error('the connection ended before')
  }

  async closed(): Promise<void> {
    await this.changes.until(() => this.ended !== null)
  }

  /** Gives back all that came, and what will. */
  giveBackAll(): void {
    this.flow = 'open'
    for (const { id, chunks } of this.streams.values()) {
      const used = chunks.reduce((sum, { length }) => sum + length, 0)
      if (used > 0) this.#giveBack(id, used)
    }
  }

  leave(how: 'end' | 'reset'): void {
    if (how === 'end') this.socket.destroy()
    else this.#tcp.resetAndDestroy()
  }

  #room(id: number): number {
    return Math.min(this.#window.connection, this.#streamRoom(id))
  }

  #streamRoom(id: number): number {
    return this.#window.stream.get(id) ?? this.#window.initial
  }

  #streamOf(id: number): Received {
    let stream = this.streams.get(id)
    if (stream === undefined) {
      stream = { id, heads: [], chunks: [], ended: null, code: null, isLeft: false }
      this.streams.set(id, stream)
    }
    return stream
  }

  #end(how: 'end' | 'reset'): void {
    this.ended ??= how
    this.changes.tell()
  }

  #take(bytes: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, bytes])
    if (this.#awaitsPreface) {
      if (this.#unread.length < PREFACE.length) return
      if (!this.#unread.subarray(0, PREFACE.length).equals(PREFACE)) this.broken = 'no preface'
      this.#unread = this.#unread.subarray(PREFACE.length)
      this.#awaitsPreface = false
    }
    for (let got = firstFrame(this.#unread); got !== null; got = firstFrame(this.#unread)) {
      this.#unread = got.rest
      this.frames.push(got.frame)
      try {
        this.#read(got.frame)
      } catch (error) {
        this.broken ??= (error as Error).message
      }
    }
    this.changes.tell()
  }

  #read({ type, flags, stream: id, payload }: Frame): void {
    if (type === TYPE.settings && (flags & FLAG.ack) === 0) this.#readSettings(payload)
    else if (type === TYPE.ping && (flags & FLAG.ack) === 0)
      this.send(frame(TYPE.ping, FLAG.ack, 0, payload))
    else if (type === TYPE.windowUpdate) {
      const by = payload.readUInt32BE(0)
      if (id === 0) this.#window.connection += by
      else this.#window.stream.set(id, this.#streamRoom(id) + by)
    } else if (type === TYPE.goaway) {
      this.goaway = { last: payload.readUInt32BE(0), code: payload.readUInt32BE(4) }
    } else if (type === TYPE.reset) {
      const stream = this.#streamOf(id)
      stream.ended ??= 'reset'
      stream.code = payload.readUInt32BE(0)
      stream.isLeft = true
    } else if (type === TYPE.headers) {
      this.#head = { id, block: [blockOf(payload, flags)], flags }
      if ((flags & FLAG.endHeaders) !== 0) this.#headEnds()
    } else if (type === TYPE.continuation) {
      this.#head!.block.push(payload)
      if ((flags & FLAG.endHeaders) !== 0) this.#headEnds()
    } else if (type === TYPE.data) this.#readData(id, flags, payload)
  }

  #headEnds(): void {
    const { id, block, flags } = this.#head!
    const stream = this.#streamOf(id)
    stream.heads.push(this.#hpack.read(Buffer.concat(block)))
    if ((flags & FLAG.endStream) !== 0) stream.ended ??= 'with a head'
  }

  #readData(id: number, flags: number, payload: Buffer): void {
    const stream = this.#streamOf(id)
    stream.chunks.push(unpadded(payload, flags))
    if ((flags & FLAG.endStream) !== 0) stream.ended ??= 'with data'
    if (this.flow === 'open') this.#used(id, payload.length)
  }

  /** Gives back what is half of a window, and not every frame, which would make ever smaller ones. */
  #used(id: number, length: number): void {
    const owed = (this.#owed.get(id) ?? 0) + length
    const isMuch = owed > this.#half || this.#streamOf(id).ended !== null
    this.#owed.set(id, isMuch ? 0 : owed)
    if (isMuch && owed > 0) this.#giveBack(id, owed)
  }

  #giveBack(id: number, used: number): void {
    this.send(windowUpdate(0, used))
    if (this.#streamOf(id).ended === null) this.send(windowUpdate(id, used))
  }

  #readSettings(payload: Buffer): void {
    for (let at = 0; at + 6 <= payload.length; at += 6) {
      if (payload.readUInt16BE(at) !== 4) continue
      const initial = payload.readUInt32BE(at + 2)
      for (const [id, room] of this.#window.stream) {
        this.#window.stream.set(id, room + initial - this.#window.initial)
      }
      this.#window.initial = initial
    }
    this.send(frame(TYPE.settings, FLAG.ack, 0))
  }
}

function blockOf(payload: Buffer, flags: number): Buffer {
  const block = unpadded(payload, flags)
  return (flags & FLAG.priority) === 0 ? block : block.subarray(5)
}

function unpadded(payload: Buffer, flags: number): Buffer {
  return (flags & FLAG.padded) === 0 ? payload : payload.subarray(1, payload.length - payload[0]!)
}
