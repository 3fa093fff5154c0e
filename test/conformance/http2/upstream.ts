import type { Field } from '../message.ts'

// The upstream of a case, whichever protocol it is spoken to in: a case says what it answers and what it
// must have got, and not how either stands on the wire.

/** A request's head, names in lower case, without what is of one hop. */
export interface Asked {
  method: string
  target: string
  /** Of `:authority`, or Host. */
  authority: string | undefined
  fields: readonly Field[]
}

/** A request that came to its end. */
export interface Whole extends Asked {
  body: Buffer
  trailers: readonly Field[]
}

/** One request, as a script answers it. */
export interface Exchange {
  asked: Asked
  /** Resolves when the whole request was read. */
  whole(): Promise<Whole>
  /** Resolves when so much of the body has come. */
  came(bytes: number): Promise<void>
  interim(status: number, fields: readonly Field[]): void
  /** A head; more follows. Its body has a length only where a field says it. */
  head(status: number, fields?: readonly Field[]): void
  /** A head that is all there is. */
  alone(status: number, fields?: readonly Field[]): void
  /** Resolves when it could be sent. */
  data(bytes: Buffer | string): Promise<void>
  end(trailers?: readonly Field[]): void
  /** Broken off, so that nobody can take it for a whole one. */
  cut(): void
  /** Resolves when the proxy has left it. */
  left(): Promise<void>
}

export type Script = (exchange: Exchange) => unknown

export interface Upstream {
  url: string
  /** In the order in which they came, and in which they were whole. */
  asked: Asked[]
  requests: Whole[]
  /** What came and was nothing that may come. */
  broken: string[]
  /** From now on every request goes through this script. */
  answers(script: Script): void
  request(index: number): Promise<Whole>
  head(index: number): Promise<Asked>
  /** Resolves when nothing that was asked is open any more. */
  left(): Promise<void>
  /** Breaks off all that runs. */
  cut(): void
  /** Forgets what came; where a case left a connection as it found it, that stays. */
  calm(): 'calm' | 'its connections are gone'
  /** Forgets everything, its connections too. */
  forget(): void
  close(): void
}

/** The whole request, and then this answer. */
export function answered(
  status: number,
  fields: readonly Field[] = [],
  body: Buffer | string = '',
  trailers: readonly Field[] = [],
): Script {
  return async (exchange) => {
    await exchange.whole()
    exchange.head(status, fields)
    await exchange.data(body)
    exchange.end(trailers)
  }
}

export const ok: Script = answered(200, [['content-length', '2']], 'ok')
