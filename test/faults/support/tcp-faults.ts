import { once } from 'node:events'
import net from 'node:net'

type Side = 'client' | 'server'

interface Pair {
  client: net.Socket
  server: net.Socket
}

/** What stands between the proxy and PostgreSQL, and can do what networks do. */
export class TcpFaults {
  port = 0
  readonly #pairs = new Set<Pair>()
  readonly #listener: net.Server
  #targetPort: number
  #mood: 'pass' | 'refuse' | 'hold' | 'swallow_answers' = 'pass'
  #lag = 0
  /** Of what clients send, until the reset; null for none. */
  #bytesLeft: number | null = null
  #onReset: () => void = () => {}

  private constructor(targetPort: number) {
    this.#targetPort = targetPort
    this.#listener = net.createServer({ noDelay: true }, (client) => this.#accept(client))
  }

  static async before(targetPort: number): Promise<TcpFaults> {
    const faults = new TcpFaults(targetPort)
    faults.#listener.listen(0, '127.0.0.1')
    await once(faults.#listener, 'listening')
    faults.port = (faults.#listener.address() as net.AddressInfo).port
    return faults
  }

  /** From now on connections go to another server: a failover. */
  pointTo(port: number): void {
    this.#targetPort = port
  }

  /** Resets every connection that is open now. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy()
      server.resetAndDestroy()
    }
  }

  /** Resets what is open, and whoever comes. */
  refuse(): void {
    this.#mood = 'refuse'
    this.cut()
  }

  /** Keeps connections open and passes nothing on, either way: a black hole. */
  hold(): void {
    this.#mood = 'hold'
    for (const pair of this.#pairs) pauseBoth(pair)
  }

  /** PostgreSQL gets all and does it, but what it answers is thrown away. */
  swallowAnswers(): void {
    this.#mood = 'swallow_answers'
  }

  /** Passes on everything from now on, what was held too, with so much delay each way. */
  pass(lag = 0): void {
    this.#mood = 'pass'
    this.#lag = lag
    for (const { client, server } of this.#pairs) {
      client.resume()
      server.resume()
    }
  }

  /** Passes so many more bytes to PostgreSQL, then resets the connection in the middle of them. */
  resetAfter(bytes: number): Promise<void> {
    this.#bytesLeft = bytes
    return new Promise((resolve) => (this.#onReset = resolve))
  }

  close(): void {
    this.#listener.close()
    this.cut()
  }

  #accept(client: net.Socket): void {
    if (this.#mood === 'refuse') {
      client.on('error', () => {})
      client.resetAndDestroy()
      return
    }
    const server = net.connect({ port: this.#targetPort, host: '127.0.0.1', noDelay: true })
    const pair = { client, server }
    this.#pairs.add(pair)
    this.#carry(pair, 'client')
    this.#carry(pair, 'server')
    if (this.#mood === 'hold') pauseBoth(pair)
  }

  #carry(pair: Pair, from: Side): void {
    const [source, sink] =
      from === 'client' ? [pair.client, pair.server] : [pair.server, pair.client]
    // With a lag that changes, nothing may overtake what came before it.
    let dueLast = 0
    const later = (act: () => void) => {
      const now = performance.now()
      dueLast = Math.max(dueLast, now + this.#lag)
      if (dueLast <= now) act()
      else setTimeout(act, dueLast - now)
    }
    source.on('data', (bytes: Buffer) => {
      if (this.#strikes(pair, from, bytes)) return
      if (from === 'server' && this.#mood === 'swallow_answers') return
      later(() => sink.writable && sink.write(bytes))
    })
    source.on('end', () => later(() => sink.end()))
    source.on('error', () => sink.destroy())
    source.on('close', () => {
      this.#pairs.delete(pair)
      if (source.errored !== null) sink.destroy()
    })
  }

  /** Whether the reset that was asked for falls into these bytes. */
  #strikes(pair: Pair, from: Side, bytes: Buffer): boolean {
    if (from !== 'client' || this.#bytesLeft === null) return false
    this.#bytesLeft -= bytes.length
    if (this.#bytesLeft > 0) return false
    const passed = bytes.subarray(0, bytes.length + this.#bytesLeft)
    this.#bytesLeft = null
    pair.server.write(passed, () => {
      pair.server.resetAndDestroy()
      pair.client.resetAndDestroy()
      this.#onReset()
    })
    return true
  }
}

function pauseBoth({ client, server }: Pair): void {
  client.pause()
  server.pause()
}
