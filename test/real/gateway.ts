import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { freePort } from '../support/free-port.ts'

export interface Gateway {
  url: string
  port: number
  /** Ends the process, and with it all that was pushed. */
  stop(): Promise<void>
}

/** Starts a gateway that keeps what is pushed in memory only; without a port it takes a free one. */
export async function startGateway(program: string, given?: number): Promise<Gateway> {
  const port = given ?? (await freePort())
  const child = spawn(
    program,
    // Debian's default is to persist.
    [`--web.listen-address=127.0.0.1:${port}`, '--persistence.file=', '--web.enable-admin-api'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const ended = once(child, 'close')
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(stop)
  const address = await new Promise<string>((resolve, reject) => {
    let log = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text
      const listening = /Listening on" address=(\S+)/.exec(log)
      if (listening !== null) resolve(listening[1]!)
    })
    ended.then(() => reject(new Error(`the gateway did not start: ${log}`)), reject)
  })
  return { url: `http://${address}`, port: Number(address.split(':')[1]), stop }
}

/**
 * What was pushed, as /metrics shows it: families with a sample that has a job, without the
 * gateway's own samples. Of push times only their groups are kept, for they are of this push.
 */
export async function pushedMetrics(gateway: Gateway): Promise<string[]> {
  const response = await fetch(`${gateway.url}/metrics`)
  const families = (await response.text()).split(/^(?=# HELP )/m)
  return families.flatMap((family) => {
    const lines = family.trimEnd().split('\n')
    const samples = lines.filter((line) => /^[^#]*[{,]job="/.test(line))
    if (samples.length === 0) return []
    return [...lines.filter((line) => line.startsWith('#')), ...samples.map(withoutPushTime)]
  })
}

function withoutPushTime(sample: string): string {
  return sample.replace(/^(push(?:_failure)?_time_seconds\{.*\}) \S+$/, '$1')
}
