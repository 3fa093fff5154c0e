// Frames of HTTP/2, byte by byte (RFC 9113 sections 4 and 6).

export const TYPE = {
  ...{ data: 0, headers: 1, priority: 2, reset: 3, settings: 4, push: 5, ping: 6, goaway: 7 },
  ...{ windowUpdate: 8, continuation: 9 },
} as const

export const FLAG = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const

export const CODE = {
  ...{ none: 0, protocol: 1, internal: 2, flowControl: 3, streamClosed: 5, frameSize: 6 },
  ...{ refused: 7, cancel: 8, calm: 11 },
} as const

export const SETTING = { push: 2, maxStreams: 3, window: 4, maxFrame: 5 } as const

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

/** What is sent in a frame at most, unless the other side allows more. */
export const MAX_FRAME = 16_384

export interface Frame {
  type: number
  flags: number
  stream: number
  payload: Buffer
}

const HEAD = 9

export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Buffer | string = '',
): Buffer {
  const bytes = Buffer.from(payload as Buffer)
  const head = Buffer.alloc(HEAD)
  head.writeUIntBE(bytes.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, bytes])
}

export function resetFrame(stream: number, code: number): Buffer {
  return frame(TYPE.reset, 0, stream, number32(code))
}

export function windowUpdate(stream: number, by: number): Buffer {
  return frame(TYPE.windowUpdate, 0, stream, number32(by))
}

export function settingsFrame(settings: Readonly<Record<number, number>> = {}): Buffer {
  const pairs = Object.entries(settings).map(([id, value]) => {
    const pair = Buffer.alloc(6)
    pair.writeUInt16BE(Number(id), 0)
    pair.writeUInt32BE(value, 2)
    return pair
  })
  return frame(TYPE.settings, 0, 0, Buffer.concat(pairs))
}

export function goawayFrame(lastStream: number, code: number = CODE.none): Buffer {
  return frame(TYPE.goaway, 0, 0, Buffer.concat([number32(lastStream), number32(code)]))
}

/** A head, in as many frames as it needs. */
export function headFrames(stream: number, block: Buffer, flags = 0, size = MAX_FRAME): Buffer {
  const parts: Buffer[] = []
  let at = 0
  do {
    const part = block.subarray(at, at + size)
    const isFirst = at === 0
    at += part.length
    const ends = at >= block.length ? FLAG.endHeaders : 0
    parts.push(
      frame(isFirst ? TYPE.headers : TYPE.continuation, ends + (isFirst ? flags : 0), stream, part),
    )
  } while (at < block.length)
  return Buffer.concat(parts)
}

export function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0, 0)
  return bytes
}

/** The first whole frame, and what is behind it; null where none is whole. */
export function firstFrame(bytes: Buffer): { frame: Frame; rest: Buffer } | null {
  if (bytes.length < HEAD) return null
  const end = HEAD + bytes.readUIntBE(0, 3)
  if (bytes.length < end) return null
  const frame = {
    type: bytes[3]!,
    flags: bytes[4]!,
    stream: bytes.readUInt32BE(5) & 0x7fffffff,
    payload: bytes.subarray(HEAD, end),
  }
  return { frame, rest: bytes.subarray(end) }
}
